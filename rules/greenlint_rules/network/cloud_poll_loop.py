# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A loop that sleeps and describes a resource of AWS, oftener than the waiter made for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst
from greenlint_rules.outside import client_call, sleeps

from greenlint.here import Here, Loop
from greenlint.messages import say
from greenlint.rule import Confidence, Hit, Related, Rule
from greenlint.scope import How
from greenlint.walk import within

RULE = Rule(
    code="GRN353",
    name="cloud-poll-loop",
    severity="note",
    confidence="medium",
    aliases=("S7621",),
    needles=(b"boto",),
    since="0.1.0",
    lifecycle="preview",
    help="let the client wait: `client.get_waiter(name).wait(...)` asks at the service's own pace, "
    "ends on failure, and gives up in time",
    tests=False,
)


class Waiter(NamedTuple):
    """A waiter of botocore: its name, the seconds between its calls, the states it waits for."""

    name: str
    delay: int
    states: tuple[str, ...]


# From botocore's own waiters, version 1.43: the operations that only one service has.
_WAITERS = {
    "describe_stacks": (
        Waiter("stack_create_complete", 30, ("CREATE_COMPLETE",)),
        Waiter("stack_update_complete", 30, ("UPDATE_COMPLETE",)),
        Waiter("stack_delete_complete", 30, ("DELETE_COMPLETE",)),
    ),
    "describe_change_set": (Waiter("change_set_create_complete", 30, ("CREATE_COMPLETE",)),),
    "get_distribution": (Waiter("distribution_deployed", 60, ("Deployed",)),),
    "get_invalidation": (Waiter("invalidation_completed", 20, ("Completed",)),),
    "describe_replication_tasks": (
        Waiter("replication_task_ready", 15, ("ready",)),
        Waiter("replication_task_stopped", 15, ("stopped",)),
        Waiter("replication_task_running", 15, ("running",)),
    ),
    "describe_table": (Waiter("table_exists", 20, ("ACTIVE",)),),
    "describe_images": (Waiter("image_available", 15, ("available",)),),
    "describe_instance_status": (
        Waiter("instance_status_ok", 15, ("ok",)),
        Waiter("system_status_ok", 15, ("ok",)),
    ),
    "describe_instances": (
        Waiter("instance_running", 15, ("running",)),
        Waiter("instance_stopped", 15, ("stopped",)),
        Waiter("instance_terminated", 15, ("terminated",)),
    ),
    "describe_nat_gateways": (
        Waiter("nat_gateway_available", 15, ("available",)),
        Waiter("nat_gateway_deleted", 15, ("deleted",)),
    ),
    "describe_snapshots": (Waiter("snapshot_completed", 15, ("completed",)),),
    "describe_volumes": (
        Waiter("volume_available", 15, ("available",)),
        Waiter("volume_deleted", 15, ("deleted",)),
        Waiter("volume_in_use", 15, ("in-use",)),
    ),
    "describe_vpn_connections": (Waiter("vpn_connection_available", 15, ("available",)),),
    "describe_services": (Waiter("services_inactive", 15, ("INACTIVE",)),),
    "describe_tasks": (
        Waiter("tasks_running", 6, ("RUNNING",)),
        Waiter("tasks_stopped", 6, ("STOPPED",)),
    ),
    "describe_nodegroup": (Waiter("nodegroup_active", 30, ("ACTIVE",)),),
    "describe_fargate_profile": (Waiter("fargate_profile_active", 10, ("ACTIVE",)),),
    "describe_target_health": (Waiter("target_in_service", 15, ("healthy",)),),
    "describe_step": (Waiter("step_complete", 30, ("COMPLETED",)),),
    "describe_db_clusters": (Waiter("db_cluster_available", 30, ("available",)),),
    "describe_db_instances": (Waiter("db_instance_available", 30, ("available",)),),
    "describe_db_snapshots": (Waiter("db_snapshot_available", 30, ("available",)),),
    "describe_clusters": (Waiter("cluster_available", 60, ("available",)),),
    "get_change": (Waiter("resource_record_sets_changed", 30, ("INSYNC",)),),
    "describe_endpoint": (Waiter("endpoint_in_service", 30, ("InService",)),),
    "describe_notebook_instance": (
        Waiter("notebook_instance_in_service", 30, ("InService",)),
        Waiter("notebook_instance_stopped", 30, ("Stopped",)),
    ),
    "describe_processing_job": (
        Waiter("processing_job_completed_or_stopped", 60, ("Completed", "Stopped")),
    ),
    "describe_training_job": (
        Waiter("training_job_completed_or_stopped", 120, ("Completed", "Stopped")),
    ),
    "describe_transform_job": (
        Waiter("transform_job_completed_or_stopped", 60, ("Completed", "Stopped")),
    ),
    "get_function_configuration": (
        Waiter("function_active", 5, ("Active",)),
        Waiter("function_updated", 5, ("Successful",)),
    ),
    "get_command_invocation": (Waiter("command_executed", 5, ("Success",)),),
}


@RULE.glance(words=_WAITERS)
def glance(node: ast.Call, in_loop: bool) -> bool:
    """A method, in a loop, by the name of what a waiter calls."""
    return in_loop


@RULE.on(cst.Call)
def polls(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``client.describe_instances(...)`` in a loop that sleeps for less than the waiter does."""
    if not isinstance(node.func, cst.Attribute):
        return
    known = _WAITERS.get(node.func.attr.value)
    loop = here.every_turn(few=True) if known else None
    if not known or loop is None or not isinstance(loop.node, (cst.For, cst.While)):
        return
    naps = sleeps(here, *loop.body)
    if not naps or not _is_client(node, here):
        return
    seconds = _seconds(naps[0], here)
    fitting = [one for one in known if seconds is None or seconds < one.delay]
    states = _states(loop)
    if states:
        fitting = [one for one in fitting if states & {*one.states}]
    if not fitting or any(isinstance(one, cst.Yield) for one in within(*loop.body)):
        return
    yield Hit(
        node,
        say(
            "this loop asks `{call}` after each sleep; the waiter `{waiter}` asks every {delay} s",
            call=node.func.attr.value,
            waiter=fitting[0].name,
            delay=fitting[0].delay,
        ),
        confidence=None if states and seconds is not None else Confidence.LOW,
        related=(Related(loop.header, "this loop"),),
    )


def _is_client(node: cst.Call, here: Here) -> bool:
    """A proven client, or arguments spelt as those of AWS: ``InstanceIds=[...]``."""
    assert isinstance(node.func, cst.Attribute)
    receiver = node.func.value
    if isinstance(receiver, cst.Call):
        return bool(client_call(receiver, here)) or _is_spelt_so(node)
    return "boto3" in (here.made_by(receiver) or "") or _is_spelt_so(node)


def _is_spelt_so(node: cst.Call) -> bool:
    words = [arg.keyword.value for arg in node.args if arg.keyword is not None]
    return any(word[:1].isupper() for word in words) or any(
        word in ("jobName", "services", "tasks", "nodegroupName", "cluster") for word in words
    )


def _seconds(nap: cst.Call, here: Here) -> float | None:
    """How long a loop sleeps, when that is a number or a constant."""
    value = nap.args[0].value if nap.args else None
    if isinstance(value, cst.Name):
        bindings = here.bindings(value.value)
        alone = len(bindings) == 1 and bindings[0].how is How.ASSIGN
        value = bindings[0].value if alone else None
    if isinstance(value, (cst.Integer, cst.Float)):
        return float(value.evaluated_value)
    return None


def _states(loop: Loop) -> set[str]:
    """The words that the loop compares with."""
    found: set[str] = set()
    for node in within(*loop.body):
        if isinstance(node, cst.Comparison):
            sides = [node.left, *(one.comparator for one in node.comparisons)]
            found |= {word for side in sides for word in _words(side)}
    return found


def _words(side: cst.BaseExpression) -> Iterator[str]:
    """A text, or the texts of a list that is compared with."""
    if isinstance(side, cst.SimpleString):
        yield str(side.evaluated_value)
    elif isinstance(side, (cst.List, cst.Tuple, cst.Set)):
        for element in side.elements:
            yield from _words(element.value)
