"""Several processes, started by `torchrun`, that train one model together: each computes a share of every step.

The first process does everything else and is the only one that writes; the others hold the same weights and compute
gradients.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from relxfer.errors import UsageError

if TYPE_CHECKING:
    import torch

#: Gradients of parameters; None for a parameter on which the loss does not depend.
Gradients: TypeAlias = "Sequence[torch.Tensor | None]"


@dataclass(frozen=True)
class Group:
    """The processes that train together; a group of one exchanges nothing.

    >>> Group().batches_of(step=3, count=2)
    [6, 7]
    >>> Group(rank=1, size=2).batches_of(step=3, count=4)
    [13, 15]
    """

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files."""
        return self.rank == 0

    def batches_of(self, step: int, count: int) -> list[int]:
        """The numbers of this process's batches in a step that has `count` batches."""
        return list(range(step * count + self.rank, (step + 1) * count, self.size))

    def agreed(self, value: Any) -> Any:
        """The first process's value, in every process."""
        if self.size == 1:
            return value
        import torch

        message = [value]
        torch.distributed.broadcast_object_list(message, 0)
        return message[0]

    def summed(self, gradients: Gradients, like: Sequence[torch.Tensor]) -> Gradients:
        """Gradients summed over the processes, in one message; None where no process has one."""
        if self.size == 1:
            return gradients
        import torch

        exists = torch.tensor([gradient is not None for gradient in gradients]).to(like[0])
        filled = [torch.zeros_like(p) if g is None else g for g, p in zip(gradients, like, strict=True)]
        message = torch.cat([exists, *(tensor.flatten() for tensor in filled)])
        torch.distributed.all_reduce(message)
        used, *sums = message.split([len(exists), *(tensor.numel() for tensor in filled)])
        return [total.view_as(p) if any_ else None for total, p, any_ in zip(sums, like, used.tolist(), strict=True)]


#: One process, which exchanges nothing.
ALONE = Group()


def size() -> int:
    """How many processes torchrun started together with this one, itself included."""
    return int(os.environ.get("WORLD_SIZE", "1"))


@contextmanager
def group(device: str = "auto") -> Iterator[Group]:
    """The group of this process, by torchrun's environment variables; with gloo on a CPU, with nccl on GPUs.

    Args:
        device: the device of the configuration; with "cpu", GPUs are not used.

    Raises:
        UsageError: there are fewer GPUs than processes on this machine.
    """
    if size() == 1:
        yield ALONE
        return
    import torch

    on_gpus = device != "cpu" and torch.cuda.is_available()
    if on_gpus:
        _take_gpu(int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count())
    store, rank, count = next(torch.distributed.rendezvous("env://"))
    # after a restart, the store still holds the addresses of the processes that died
    store = torch.distributed.PrefixStore(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"), store)
    backend = "nccl" if on_gpus else "gloo"
    torch.distributed.init_process_group(backend, store=store, rank=rank, world_size=count)
    try:
        yield Group(rank, count)
    finally:
        torch.distributed.destroy_process_group()


def _take_gpu(rank: int, count: int) -> None:
    """Use one GPU for each process on this machine."""
    import torch

    if rank >= count:
        raise UsageError(
            f"expected a GPU for each process on this machine, got {count} and process {rank + 1}; start {count} "
            'processes, or write device = "cpu"'
        )
    torch.cuda.set_device(rank)
