"""stub"""
def page(made, results, took):
    from rich.pretty import Pretty
    from rich.console import Group
    from relxfer.report.terminal import render
    return Group(Pretty(made), render(results), str(took))
