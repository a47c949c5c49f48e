"""
Records of reviews: opened, decided, passed on, looked at; and who stands in for whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.kinds.fields import flag, number, record, text, texts
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.kinds.fields import RecordType

_REVIEW = text("Id of the review.")
_QUEUE = text("The queue that is asked.")
_MAC = text("Keyed hash of the post, equal in all records about the same text.")
_STAGES = number("How many people must approve it.")

REVIEWS: Mapping[str, RecordType] = {
    "PG-201": record(
        "review.opened",
        Localised(de="Ein angehaltener Beitrag wartet auf einen Menschen.", en="A held post waits for a person."),
        "queue stages due_at rules mac",
        review=_REVIEW,
        queue=_QUEUE,
        stages=_STAGES,
        due_at=text("Until when, RFC 3339 in UTC."),
        escalate_to=text("Who is asked after that."),
        rules=texts("Rules that held it."),
        mac=_MAC,
    ),
    "PG-202": record(
        "review.decided",
        Localised(
            de="Ein Mensch hat über einen angehaltenen Beitrag entschieden; was er dazu schrieb, ist Inhalt.",
            en="A person decided about a held post; what was written about it is content.",
        ),
        "review stage stages verdict policy_digest mac",
        review=_REVIEW,
        stage=number("Which of the stages this was, from 1."),
        stages=_STAGES,
        verdict=text("`approve`, `reject`, or `return`: back to its author."),
        reason=text("Why, as one word of a closed list."),
        policy_digest=text("Digest of the policies that held it: by them the reviewer was asked."),
        mac=_MAC,
        false_alarm=flag("Whether the rule should not have matched."),
        bulk=flag("Whether it was decided together with others."),
    ),
    "PG-203": record(
        "review.escalated",
        Localised(
            de="Über einen angehaltenen Beitrag wurde nicht rechtzeitig entschieden; nun sind andere gefragt.",
            en="A held post was not decided in time; others are asked now.",
        ),
        "review to_queue",
        review=_REVIEW,
        from_queue=text("The queue that was asked before."),
        to_queue=_QUEUE,
    ),
    "PG-204": record(
        "review.viewed",
        Localised(
            de="Ein Mensch hat einen angehaltenen Beitrag mit verdeckten Fundstellen angesehen.",
            en="A person looked at a held post, with what was found covered.",
        ),
        "review",
        review=_REVIEW,
    ),
    "PG-205": record(
        "review.revealed",
        Localised(
            de="Ein Mensch hat verdeckte Fundstellen eines angehaltenen Beitrags aufgedeckt oder ein Bild angesehen.",
            en="A person uncovered what was found in a held post, or fetched one of its images.",
        ),
        "review spans purpose",
        review=_REVIEW,
        spans=number("How many places were uncovered."),
        purpose=text("What for, as one word of a closed list."),
        case=text("Number of the case, if there is one."),
        image=number("Which image was fetched, from 0; without it the text was uncovered."),
    ),
    "PG-206": record(
        "review.sampled",
        Localised(
            de="Ein erlaubter Beitrag wurde zur Qualitätsprüfung der Regeln gezogen.",
            en="A post that was allowed was drawn for a look at the quality of the rules.",
        ),
        "review queue per_mille seed",
        review=_REVIEW,
        queue=_QUEUE,
        per_mille=number("Of how many of a thousand posts one like this is drawn."),
        seed=text("Id of the record that says that it is published: with it anybody can draw again."),
        due_at=text("Until when, RFC 3339 in UTC."),
    ),
    "PG-207": record(
        "review.delegated",
        Localised(
            de="Ein Mensch lässt sich bei Prüfungen vertreten, oder nicht mehr.",
            en="A person lets another one stand in for reviews, or does not any more.",
        ),
        "delegation deputy state",
        delegation=text("Id of the delegation."),
        deputy=text("Pseudonym of who stands in."),
        queue=text("The queue for which; without it for all."),
        since=text("From when, RFC 3339 in UTC."),
        until=text("Until when, RFC 3339 in UTC."),
        state=text("`begun` or `ended`."),
    ),
    "PG-208": record(
        "review.seen",
        Localised(
            de="Ein Mensch hat einen Beitrag der Qualitätsprüfung bewertet.",
            en="A person judged a post that was drawn for quality.",
        ),
        "review verdict",
        review=_REVIEW,
        verdict=text("`right`: it was rightly allowed; `missed`: a rule should have matched."),
        reason=text("Why, as one word of a closed list."),
    ),
    "PG-209": record(
        "review.reminded",
        Localised(
            de="Die Menschen einer Warteschlange wurden an eine Prüfung erinnert.",
            en="The people of a queue were reminded of a review.",
        ),
        "review queue",
        review=_REVIEW,
        queue=_QUEUE,
    ),
}
"""Codes PG-201 to PG-299."""
