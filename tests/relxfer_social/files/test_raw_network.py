"""Names in their natural order."""

from __future__ import annotations


def test_a_node_may_be_called_by_a_number_of_any_length(loaded, tables):
    long = "9" * 5000
    domain = loaded(**tables(edges=f"source,target\n7,{long}\n", nodes=f"node,label\n{long},a\n7,b\n"))
    assert domain.inputs.nodes == ("7", long)
