"""One file a dataset: its fields, the headers they go by, who keeps what, and where its records are merged."""

from app.catalogues.datasets.contacts import CONTACTS
from app.catalogues.datasets.exported import readable
from app.catalogues.datasets.hosts import HOSTS
from app.catalogues.datasets.instructors import INSTRUCTORS
from app.catalogues.datasets.members import MEMBERS
from app.catalogues.datasets.party_facts import PARTY_FACTS
from app.catalogues.datasets.registrations import REGISTRATIONS
from app.catalogues.datasets.training_records import TRAINING_RECORDS
from app.catalogues.datasets.workforce import WORKFORCE
from app.services.exchange.contract import Dataset

DATASETS: dict[str, Dataset] = {
    dataset.name: readable(dataset)
    for dataset in (REGISTRATIONS, PARTY_FACTS, CONTACTS, HOSTS, MEMBERS, INSTRUCTORS, TRAINING_RECORDS, WORKFORCE)
}
