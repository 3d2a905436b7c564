"""``podium doctor``: what this machine has and lacks, and how the archive stands."""

from __future__ import annotations

from collections import Counter

import click

from ingest.doctor.diagnosis import diagnose
from ingest.doctor.finding import Grade, counted
from web.commands.base import PodiumCommand, advise, chosen_home, plain, print_json

_COLOURS = {Grade.GOOD: "green", Grade.WARNING: "yellow", Grade.FAULT: "red"}
_STATE_WIDTH = max(len(grade) for grade in Grade)


@click.command(cls=PodiumCommand)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def doctor(as_json: bool) -> None:
    """Say what this machine has and lacks, each with the command that mends it."""
    findings = diagnose(chosen_home())
    counts = Counter(finding.state for finding in findings.values())
    if as_json:
        print_json(
            [
                {
                    "name": name,
                    "state": finding.state.value,
                    "value": finding.value,
                    "mend": finding.mend or None,
                }
                for name, finding in findings.items()
            ]
        )
    else:
        width = max(map(len, findings))
        for name, finding in findings.items():
            state = click.style(f"{finding.state:<{_STATE_WIDTH}}", fg=_COLOURS[finding.state])
            click.echo(f"{state}  {name:<{width}}  {plain(finding.value)}".rstrip())
            if finding.mend:
                click.echo(f"{'':<{_STATE_WIDTH}}  {'':<{width}}  → {plain(finding.mend)}")
    told = f"{counted(counts[Grade.FAULT], 'fault')}, {counted(counts[Grade.WARNING], 'warning')}"
    advise(f"{told}. `podium check` compares catalog, media and index.")
    if counts[Grade.FAULT]:
        raise click.exceptions.Exit(1)
