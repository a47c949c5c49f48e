"""
What the dashboard shows: its panels, in sections, with the question that each answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.core.errors import Localised

NODES = '{instance=~"$instance"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel."""

    title: Localised
    question: Localised
    """What it answers; on a panel of the kind `text` what stands there."""
    targets: tuple[tuple[str, str | Localised], ...] = ()
    """PromQL and the legend of its lines."""
    kind: str = "timeseries"
    unit: str = "short"
    """Of Grafana: `s` seconds, `percentunit` a share from 0 to 1, `ops` a second, `short` a number."""
    width: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Panels that belong together."""

    title: Localised
    panels: tuple[Panel, ...]


def _rate(metric: str, by: str, more: str = "") -> str:
    return f'sum by ({by}) (rate({metric}{{instance=~"$instance"{more}}}[$__rate_interval]))'


SECTIONS = (
    Section(
        title=Localised(de="Auf einen Blick", en="At a glance"),
        panels=(
            Panel(
                title=Localised(de="Bereite Knoten", en="Nodes that are ready"),
                question=Localised(
                    de="Wie viele Knoten nehmen Beiträge an?",
                    en="How many nodes take posts?",
                ),
                targets=(("postgate:nodes_ready:sum", "{{job}}"),),
                kind="stat",
                width=4,
            ),
            Panel(
                title=Localised(de="Alarme", en="Alerts"),
                question=Localised(
                    de="Was muss sich jemand ansehen? Jeder Alarm hat seine Seite mit den ersten drei Schritten.",
                    en="What has somebody to look at? Each alert has its page with the first three steps.",
                ),
                targets=(('ALERTS{alertname=~"Postgate.+",alertstate="firing"}', "{{alertname}} {{instance}}"),),
                kind="stat",
                width=8,
            ),
            Panel(
                title=Localised(de="Entschieden", en="Decided"),
                question=Localised(
                    de="Welcher Anteil dessen, was zu entscheiden war, bekam in der letzten Stunde eine Entscheidung?",
                    en="What share of what was to be decided got a decision in the last hour?",
                ),
                targets=(("postgate:decided:ratio_rate1h", "{{job}}"),),
                kind="stat",
                unit="percentunit",
                width=4,
            ),
            Panel(
                title=Localised(de="Nicht vollständig geprüft", en="Not fully checked"),
                question=Localised(
                    de="Welcher Anteil der Beiträge wurde in der letzten Stunde angehalten, weil ein Detektor fehlte?",
                    en="What share of the posts was stopped in the last hour because a detector was missing?",
                ),
                targets=(("postgate:incomplete:ratio_rate1h", "{{job}}"),),
                kind="stat",
                unit="percentunit",
                width=4,
            ),
            Panel(
                title=Localised(de="In einer Sekunde angesehen", en="Looked at within a second"),
                question=Localised(
                    de="Welchen Anteil der Beiträge haben die Detektoren in höchstens einer Sekunde angesehen?",
                    en="What share of the posts did the detectors look at within a second?",
                ),
                targets=(("postgate:scanned_in_a_second:ratio_rate1h", "{{job}}"),),
                kind="stat",
                unit="percentunit",
                width=4,
            ),
        ),
    ),
    Section(
        title=Localised(de="Verkehr", en="Traffic"),
        panels=(
            Panel(
                title=Localised(de="Beiträge nach Urteil", en="Posts by verdict"),
                question=Localised(
                    de="Wie viele Beiträge in der Sekunde gehen hinaus, werden geschwärzt, angehalten, gesperrt?",
                    en="How many posts a second go out, are redacted, held, blocked?",
                ),
                targets=((_rate("postgate_decisions_total", "verdict"), "{{verdict}}"),),
                unit="ops",
            ),
            Panel(
                title=Localised(de="Antworten", en="Answers"),
                question=Localised(
                    de="Was antworten die Türen, und an welcher häufen sich Fehler?",
                    en="What do the doors answer, and at which do errors pile up?",
                ),
                targets=((_rate("postgate_requests_total", "door, status_class"), "{{door}} {{status_class}}"),),
                unit="ops",
            ),
            Panel(
                title=Localised(de="Abweisungen vor der Entscheidung", en="Refusals before a decision"),
                question=Localised(
                    de="Warum kam eine Anfrage nicht bis zur Entscheidung?",
                    en="Why did a request not get as far as a decision?",
                ),
                targets=((_rate("postgate_refusals_total", "reason"), "{{reason}}"),),
                unit="ops",
            ),
        ),
    ),
    Section(
        title=Localised(de="Geschwindigkeit", en="Speed"),
        panels=(
            Panel(
                title=Localised(de="Dauer je Schritt", en="Time of each stage"),
                question=Localised(
                    de="Welcher Schritt ist langsam: ansehen, entscheiden, festhalten oder senden? (99 von 100)",
                    en="Which stage is slow: scan, decide, record or publish? (99 of 100)",
                ),
                targets=(("postgate:stage_seconds:p99_5m", "{{stage}}"),),
                unit="s",
            ),
            Panel(
                title=Localised(de="Dauer im Gateway", en="Time in the gateway"),
                question=Localised(
                    de="Wie lange dauert es im Mittel bis zur festgehaltenen Entscheidung, ohne die Plattform?",
                    en="How long does a post take on average to its recorded decision, without the platform?",
                ),
                targets=(("postgate:gate_seconds:mean5m", "{{job}}"),),
                unit="s",
            ),
            Panel(
                title=Localised(de="Andrang", en="Crowding"),
                question=Localised(
                    de="Staut sich etwas? Über 512 in der Schlange wird bald mit 503 abgewiesen.",
                    en="Does anything pile up? Above 512 in the queue posts are soon refused with 503.",
                ),
                targets=(
                    (f"postgate_in_flight{NODES}", Localised(de="in Arbeit {{instance}}", en="in flight {{instance}}")),
                    (f"postgate_writer_queue{NODES}", Localised(de="Schlange {{instance}}", en="queue {{instance}}")),
                ),
            ),
        ),
    ),
    Section(
        title=Localised(de="Detektoren", en="Detectors"),
        panels=(
            Panel(
                title=Localised(de="Fehlende Detektoren", en="Missing detectors"),
                question=Localised(
                    de="Welcher Detektor hat Beiträge nicht bis zum Ende angesehen?",
                    en="Which detector did not look at posts to the end?",
                ),
                targets=((_rate("postgate_detector_missing_total", "detector"), "{{detector}}"),),
                unit="ops",
            ),
            Panel(
                title=Localised(de="Fehlschläge der Detektoren", en="Failures of detectors"),
                question=Localised(
                    de="Woran scheitert er: Absturz, Frist oder Fehler?",
                    en="What does it fail at: crash, deadline or error?",
                ),
                targets=((_rate("postgate_detector_failures_total", "detector, kind"), "{{detector}} {{kind}}"),),
                unit="ops",
            ),
            Panel(
                title=Localised(de="Erfundene Beiträge", en="Invented posts"),
                question=Localised(
                    de="Werden die erfundenen Datenlecks gestoppt, und geht der saubere Beitrag durch? 1: ja, 0: nein.",
                    en="Are the invented leaks stopped, and does the clean post pass? 1: yes, 0: no.",
                ),
                targets=((f"min by (kind) (postgate_canary_ok{NODES})", "{{kind}}"),),
            ),
        ),
    ),
    Section(
        title=Localised(de="Menschen, auf die gewartet wird", en="People who are waited for"),
        panels=(
            Panel(
                title=Localised(de="Beiträge in der Prüfung", en="Posts in review"),
                question=Localised(
                    de="Wie viele angehaltene Beiträge warten auf eine Entscheidung?",
                    en="How many held posts wait for a decision?",
                ),
                targets=(("max by (job) (postgate_reviews_open)", "{{job}}"),),
            ),
            Panel(
                title=Localised(de="Alter der Prüfungen", en="Age of reviews"),
                question=Localised(
                    de="Wie lange wartet der älteste, und wie lange ist der erste überfällig?",
                    en="For how long has the oldest waited, and how long is the first overdue?",
                ),
                targets=(
                    ("max by (job) (postgate_review_oldest_seconds)", Localised(de="ältester", en="oldest")),
                    ("max by (job) (postgate_review_overdue_seconds)", Localised(de="überfällig", en="overdue")),
                ),
                unit="s",
            ),
            Panel(
                title=Localised(de="Nachrichten", en="Notices"),
                question=Localised(
                    de="Erfahren Menschen, dass etwas auf sie wartet?",
                    en="Do people hear that something waits for them?",
                ),
                targets=((_rate("postgate_notices_total", "channel, result"), "{{channel}} {{result}}"),),
                unit="ops",
            ),
        ),
    ),
    Section(
        title=Localised(de="Plattformen", en="Platforms"),
        panels=(
            Panel(
                title=Localised(de="Ausgang der Versuche", en="Outcomes of attempts"),
                question=Localised(
                    de="Was wurde aus dem, was gesendet wurde?",
                    en="What became of what was sent?",
                ),
                targets=((_rate("postgate_outcomes_total", "platform, outcome"), "{{platform}} {{outcome}}"),),
                unit="ops",
            ),
            Panel(
                title=Localised(de="In Ruhe gelassene Plattformen", en="Platforms that are left alone"),
                question=Localised(
                    de="Welcher Plattform wird gerade nichts gesendet, weil sie ausfiel? 1: nichts.",
                    en="To which platform is nothing sent at the moment because it failed? 1: nothing.",
                ),
                targets=((f"max by (platform) (postgate_breaker_open{NODES})", "{{platform}}"),),
            ),
            Panel(
                title=Localised(de="Ungeklärte Beiträge", en="Unclear posts"),
                question=Localised(
                    de="Wie viele Beiträge sind vielleicht veröffentlicht?",
                    en="How many posts may have been published?",
                ),
                targets=(("max by (job) (postgate_unclear_posts)", "{{job}}"),),
                width=4,
            ),
            Panel(
                title=Localised(de="Ältester ungeklärter Beitrag", en="Oldest unclear post"),
                question=Localised(
                    de="Seit wann? Nach einer halben Stunde muss ein Mensch nachsehen.",
                    en="Since when? After half an hour a person has to look.",
                ),
                targets=(("max by (job) (postgate_unclear_oldest_seconds)", "{{job}}"),),
                unit="s",
                width=4,
            ),
        ),
    ),
    Section(
        title=Localised(de="Prüfprotokoll", en="Audit log"),
        panels=(
            Panel(
                title=Localised(de="Dauer des Festhaltens", en="Time of a commit"),
                question=Localised(
                    de="Wie lange braucht die Datenbank für ein dauerhaftes Festhalten? (99 von 100)",
                    en="How long does the database take for one durable commit? (99 of 100)",
                ),
                targets=(("postgate:commit_seconds:p99_5m", "{{job}}"),),
                unit="s",
                width=6,
            ),
            Panel(
                title=Localised(de="Einträge", en="Records"),
                question=Localised(
                    de="Wie viele Einträge in der Sekunde schreibt jeder Knoten, und nimmt das Protokoll welche an?",
                    en="How many records a second does each node write, and does the log take any?",
                ),
                targets=(
                    (_rate("postgate_writer_batch_records_sum", "instance"), "{{instance}}"),
                    (
                        f"postgate_writer_failed{NODES}",
                        Localised(de="1: keine {{instance}}", en="1: none {{instance}}"),
                    ),
                ),
                width=6,
            ),
            Panel(
                title=Localised(de="Nicht unterschrieben", en="Not signed"),
                question=Localised(
                    de="Seit wie lange sind die neuesten Einträge nicht unterschrieben?",
                    en="For how long have the newest records not been signed?",
                ),
                targets=((f"postgate_checkpoint_unsigned_seconds{NODES}", "{{instance}}"),),
                unit="s",
                width=6,
            ),
            Panel(
                title=Localised(de="Alter der Verankerung", en="Age of anchoring"),
                question=Localised(
                    de="Wann hat jede Ablage zuletzt einen Prüfpunkt angenommen? Ab 15 Minuten kommt ein Alarm.",
                    en="When did each sink last take a checkpoint? From 15 minutes on there is an alert.",
                ),
                targets=((f"max by (sink) (postgate_checkpoint_anchor_age_seconds{NODES})", "{{sink}}"),),
                unit="s",
                width=6,
            ),
        ),
    ),
    Section(
        title=Localised(de="Versionen", en="Versions"),
        panels=(
            Panel(
                title=Localised(de="Richtlinien in Kraft", en="Policies in force"),
                question=Localised(
                    de="Wie viele Knoten haben welche Richtlinien? Nach einem Wechsel darf nur ein Prüfwert bleiben.",
                    en="How many nodes have which policies? After a change only one digest may be left.",
                ),
                targets=((f"count by (digest) (postgate_policy_info{NODES})", "{{digest}}"),),
            ),
            Panel(
                title=Localised(de="Alter der Richtlinien", en="Age of the policies"),
                question=Localised(
                    de="Wann hat jeder Knoten seine Richtlinien zuletzt mit Erfolg gelesen?",
                    en="When did each node last read its policies with success?",
                ),
                targets=((f"time() - postgate_policy_reload_timestamp_seconds{NODES}", "{{instance}}"),),
                unit="s",
                width=6,
            ),
            Panel(
                title=Localised(de="Gateway und Python", en="Gateway and Python"),
                question=Localised(
                    de="Welche Version läuft auf wie vielen Knoten?",
                    en="Which version runs on how many nodes?",
                ),
                targets=(
                    (f"count by (version, python) (postgate_build_info{NODES})", "{{version}}, Python {{python}}"),
                ),
                kind="stat",
                width=5,
            ),
            Panel(
                title=Localised(de="Kundenregister", en="Register of customers"),
                question=Localised(
                    de="Version und Alter des Registers werden noch nicht gemessen.",
                    en="Version and age of the register are not measured yet.",
                ),
                kind="text",
                width=5,
            ),
        ),
    ),
)
