"""Ray, begun and ended for one run: a Ray of this machine's own, or a cluster that is there.

Ray looks for modules first where its driver was started, so that a ``schemas`` in that folder would be taken for
ours: it is started from an empty one. What it would print, count and send home is turned off.
"""

from __future__ import annotations

import logging
import os
import pickle
import site
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import summarizer
from summarizer.errors import ClusterFailed, MissingExtra
from summarizer.extras import DISTRIBUTION, command_for

if TYPE_CHECKING:
    from summarizer.backfill.recipe import Recipe
    from summarizer.backfill.run.job import Job

_QUIET: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}
_SHARED_MEMORY: Final = 100_000_000
"""Bytes for what Ray's processes hand each other; letters are none of it."""
_LONGEST_PATH: Final = 40
"""Characters of a temporary folder in which Ray's sockets still have a name that systems take."""


@contextmanager
def cluster(address: str | None, workers: int) -> Iterator[Any]:
    """Ray, as the module ``ray``: of the cluster at ``address``, else with ``workers`` on this machine alone.

    Raises:
        ClusterFailed: it cannot be started or reached.
        MissingExtra: the extra ``ray`` is not installed.
    """
    with ExitStack() as opened:
        os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
        opened.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        try:
            import ray
            import ray.data
        except ImportError as error:
            raise MissingExtra(f"--ray takes the extra ray; run: {command_for('ray')}") from error
        aside = Path(opened.enter_context(_short_folder()))
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        logging.getLogger("ray").setLevel(logging.CRITICAL)
        # Ray prints what goes wrong in a cluster to standard output, which is for results, and has no setting for that.
        opened.enter_context(redirect_stdout(sys.stderr))
        vars(ray._private.worker)["_worker_logs_enabled"] = False
        opened.callback(ray.shutdown)
        _start(ray, address, workers, aside)
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        yield ray


def _start(ray: Any, address: str | None, workers: int, aside: Path) -> None:
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    # One more than there are workers: Ray counts what it needs for itself.
    own = {
        "num_cpus": workers + 1,
        "include_dashboard": False,
        "object_store_memory": _SHARED_MEMORY,
        "_temp_dir": str(aside / "ray"),
    }
    empty = aside / "empty"
    empty.mkdir()
    try:
        with _in_folder(empty), _found_by_workers(), _speechless():
            ray.init(address=address or "local", **quiet, **({} if address else own))
    except (ConnectionError, OSError, RuntimeError, TimeoutError, ValueError) as error:
        where = f"Ray at {address} cannot be reached" if address else "Ray cannot be started on this machine"
        remedy = "check the address and that the cluster runs this release of Ray" if address else "try again"
        raise ClusterFailed(f"{where} ({type(error).__name__}); {remedy}") from None


def expect_same_readings(ray: Any, recipe: Recipe, job: Job) -> None:
    """Raise ``ClusterFailed`` where a node of the cluster has not this package, or would read otherwise."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    reading = pickle.dumps((job.engine, job.limits, job.settings))
    for node in ray.nodes():
        if not node["Alive"]:
            continue
        on_it = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        asked = ray.remote(_asking()).options(num_cpus=0, scheduling_strategy=on_it).remote(reading)
        found, fingerprint = ray.get(asked)
        if fingerprint != recipe.fingerprint:
            what = f"has {DISTRIBUTION} {found}, which reads otherwise than" if found else f"has not {DISTRIBUTION}"
            here = f" the one here, {summarizer.__version__}" if found else ""
            where = node.get("NodeManagerAddress", "of the cluster")
            remedy = f"install {DISTRIBUTION}[backfill,ray]=={summarizer.__version__} on every node"
            raise ClusterFailed(f"the node {where} {what}{here}; {remedy}")


def _asking() -> Callable[[bytes], tuple[str | None, str | None]]:
    """A function that Ray sends whole: one of ours by name could not say that we are not there."""

    def version_and_recipe(reading: bytes) -> tuple[str | None, str | None]:
        try:
            import pickle
            import sys

            import summarizer
            from summarizer.backfill.recipe import recipe_of
            from summarizer.errors import SummarizerError
        except ImportError:
            return getattr(sys.modules.get("summarizer"), "__version__", None), None
        try:
            return summarizer.__version__, recipe_of(*pickle.loads(reading)).fingerprint
        except (ImportError, AttributeError, TypeError, ValueError, SummarizerError):  # of another release
            return summarizer.__version__, None

    return version_and_recipe


@contextmanager
def _short_folder() -> Iterator[str]:
    """A temporary folder, at a place with a short name."""
    usual = tempfile.gettempdir()
    short = usual if len(usual) <= _LONGEST_PATH or os.name == "nt" else "/tmp"
    with tempfile.TemporaryDirectory(prefix="imr-", dir=short, ignore_cleanup_errors=True) as folder:
        yield folder


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _found_by_workers() -> Iterator[None]:
    """Let a Ray of this machine's own find this package where the interpreter alone would not, as in a checkout."""
    root = str(Path(summarizer.__file__).parents[1])
    before = os.environ.get("PYTHONPATH")
    if not any(Path(place).resolve() == Path(root).resolve() for place in _always_searched()):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (root, before)))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = before


def _always_searched() -> list[str]:
    """Where this interpreter looks for installed packages."""
    return [*site.getsitepackages(), site.getusersitepackages()]


@contextmanager
def _speechless() -> Iterator[None]:
    """Nothing on standard error: Ray's core greets there, whatever its level of logging is."""
    with ExitStack() as opened, Path(os.devnull).open("wb") as nowhere:
        try:
            before = os.dup(2)
        except OSError:  # there is none
            yield
            return
        opened.callback(os.close, before)
        opened.callback(os.dup2, before, 2)
        os.dup2(nowhere.fileno(), 2)
        yield
