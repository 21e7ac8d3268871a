"""Options of the trackers. Addresses and folders are the user's own to say."""

from __future__ import annotations

from typing import Annotated, Literal

from relxfer.contract.options import Options
from relxfer.contract.user_only import UserOnly


class TensorBoardOptions(Options):
    """Options of `tensorboard`."""

    folder: Annotated[str | None, UserOnly] = None
    """Folder of the event files of all runs; unset: `tensorboard` beside the run directory."""


class MLflowOptions(Options):
    """Options of `mlflow`."""

    uri: Annotated[str | None, UserOnly] = None
    """Address of the store, such as `sqlite:///mlflow.db` or `http://host:5000`; unset: `MLFLOW_TRACKING_URI`, or else
    the file `mlflow.db` beside the run directory."""
    experiment: Annotated[str, UserOnly] = "relxfer"
    """Name of the experiment of MLflow that the runs are put into."""


class WandBOptions(Options):
    """Options of `wandb`."""

    project: Annotated[str, UserOnly] = "relxfer"
    """Name of the project."""
    entity: Annotated[str | None, UserOnly] = None
    """User or team that owns the project; unset: the default one of the account."""
    mode: Annotated[Literal["online", "offline"] | None, UserOnly] = None
    """Whether runs are sent as they go, or kept in files for `wandb sync`; unset: `WANDB_MODE`, or else online."""
    folder: Annotated[str | None, UserOnly] = None
    """Folder of the files; unset: beside the run directory."""


#: Settings of wandb, which by default tells of the machine, the code and its packages, and catches the output.
QUIET = {
    "silent": True,
    "console": "off",
    "disable_git": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_disable_machine_info": True,
    "x_save_requirements": False,
}
