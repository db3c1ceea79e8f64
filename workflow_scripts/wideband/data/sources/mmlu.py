"""MMLU, questions of 57 subjects with four options each (Hendrycks et al., arXiv:2009.03300)."""

from ..files import Row
from .base import File, Parser, Source
from .lettered import asked, letter

CHOICES = tuple(f"choice{place}" for place in range(4))
SUBJECTS = (
    "abstract_algebra",
    "anatomy",
    "astronomy",
    "business_ethics",
    "clinical_knowledge",
    "college_biology",
    "college_chemistry",
    "college_computer_science",
    "college_mathematics",
    "college_medicine",
    "college_physics",
    "computer_security",
    "conceptual_physics",
    "econometrics",
    "electrical_engineering",
    "elementary_mathematics",
    "formal_logic",
    "global_facts",
    "high_school_biology",
    "high_school_chemistry",
    "high_school_computer_science",
    "high_school_european_history",
    "high_school_geography",
    "high_school_government_and_politics",
    "high_school_macroeconomics",
    "high_school_mathematics",
    "high_school_microeconomics",
    "high_school_physics",
    "high_school_psychology",
    "high_school_statistics",
    "high_school_us_history",
    "high_school_world_history",
    "human_aging",
    "human_sexuality",
    "international_law",
    "jurisprudence",
    "logical_fallacies",
    "machine_learning",
    "management",
    "marketing",
    "medical_genetics",
    "miscellaneous",
    "moral_disputes",
    "moral_scenarios",
    "nutrition",
    "philosophy",
    "prehistory",
    "professional_accounting",
    "professional_law",
    "professional_medicine",
    "professional_psychology",
    "public_relations",
    "security_studies",
    "sociology",
    "us_foreign_policy",
    "virology",
    "world_religions",
)


def _parser(subject: str) -> Parser:
    def parse(row: Row, index: int) -> Row:
        options = [row[name].strip() for name in CHOICES]
        return {
            "uid": f"mmlu_{subject}_{index}",
            "problem": asked(row["question"], options),
            "gold": letter(range(len(options))[int(row["answer"])]),
            "subject": subject,
            "answer_type": "option",
            "options": options,
        }

    return parse


def _distinct(row: Row) -> bool:
    """Nine questions have one option twice: a letter says nothing there. The parser says what is missing."""
    options = [row[name].strip() for name in CHOICES if name in row]
    return len(set(options)) == len(options)


def _file(subject: str) -> File:
    wanted = f"MMLU's {subject} questions (CSV with question, choice0 to choice3, answer 0 to 3)"
    return File(f"tasks/mmlu/test/{subject}_test.csv", wanted, _parser(subject), _distinct)


SOURCE = Source("mmlu", files={"test": tuple(map(_file, SUBJECTS))}, hubs={})
