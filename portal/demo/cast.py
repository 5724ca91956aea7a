"""Who there is in the demo company: organizations, their people, and those who work for us."""

from __future__ import annotations

from typing import NamedTuple

PERFECTSERVE, CLINICAL = "perfectserve", "clinical-collaboration"


class Customer(NamedTuple):
    """Somebody who asks; without a password they are known by their mails only."""

    email: str
    name: str
    sees_organization: bool = False
    has_password: bool = True


class Organization(NamedTuple):
    """An organization: which brand it uses, and the names that its requests are about."""

    name: str
    domain: str
    time_zone: str
    brand: str
    area: str
    customers: tuple[Customer, ...]
    clinicians: tuple[str, ...]
    departments: tuple[str, ...]
    sites: tuple[str, ...]


class Colleague(NamedTuple):
    """Somebody who works for us, beside the demo's own people of portal/dev/people.py."""

    email: str
    name: str
    role: str
    team: str
    is_lead: bool = False


ORGANIZATIONS = (
    Organization(
        name="Riverside Clinic",
        domain="clinic.example",
        time_zone="America/New_York",
        brand=PERFECTSERVE,
        area="212",
        customers=(
            Customer("dana@clinic.example", "Dana"),
            Customer("priya.raman@clinic.example", "Priya Raman", sees_organization=True),
            Customer("tom.becker@clinic.example", "Tom Becker"),
        ),
        clinicians=("Dr. Ana Kovacs", "Dr. Peter Lund", "Dr. Ruth Amadi", "Dr. Leo Sandoval"),
        departments=("Cardiology", "Family Medicine", "Urgent Care"),
        sites=("Main Street", "East Side"),
    ),
    Organization(
        name="Cedar Hollow Medical Center",
        domain="cedarhollow.example",
        time_zone="America/Chicago",
        brand=PERFECTSERVE,
        area="312",
        customers=(
            Customer("marcus.hale@cedarhollow.example", "Marcus Hale"),
            Customer("elena.ortiz@cedarhollow.example", "Elena Ortiz"),
        ),
        clinicians=("Dr. Irene Falk", "Dr. Samuel Boateng", "Dr. Mei Tran", "Dr. Carl Jonsson"),
        departments=("Orthopedics", "Labor and Delivery", "Hospital Medicine", "4 West"),
        sites=("North Tower", "Women's Pavilion"),
    ),
    Organization(
        name="Summit Ridge Cardiology",
        domain="summitridge.example",
        time_zone="America/Denver",
        brand=PERFECTSERVE,
        area="303",
        customers=(
            Customer("grace.lin@summitridge.example", "Grace Lin", sees_organization=True),
            Customer("owen.price@summitridge.example", "Owen Price"),
        ),
        clinicians=("Dr. Nadia Petrov", "Dr. Hugh Calloway", "Dr. Sofia Brandt"),
        departments=("Electrophysiology", "Heart Failure"),
        sites=("Highlands", "Lakewood"),
    ),
    Organization(
        name="Maple Street Pediatrics",
        domain="maplestreet.example",
        time_zone="America/New_York",
        brand=PERFECTSERVE,
        area="617",
        customers=(
            Customer("hannah.cole@maplestreet.example", "Hannah Cole"),
            Customer("iris.novak@maplestreet.example", "Iris Novak"),
            Customer("walt.jensen@maplestreet.example", "Walt Jensen", has_password=False),
        ),
        clinicians=("Dr. Alma Pruitt", "Dr. Jonas Weir", "Dr. Tess Okoye"),
        departments=("Pediatrics", "Nurse Line"),
        sites=("Maple Street", "Harbor Street"),
    ),
    Organization(
        name="Bayfern Children's Hospital",
        domain="bayfern.example",
        time_zone="America/Los_Angeles",
        brand=CLINICAL,
        area="415",
        customers=(
            Customer("keiko.tanaka@bayfern.example", "Keiko Tanaka"),
            Customer("luis.romero@bayfern.example", "Luis Romero"),
        ),
        clinicians=("Gloria Mensah", "Dr. Victor Hahn", "Paula Reyes", "Dr. Imran Qadir"),
        departments=("NICU", "Pediatric Surgery", "Emergency", "6 South"),
        sites=("Bay Campus", "Hill Campus"),
    ),
    Organization(
        name="Harbor Lights Regional Health",
        domain="harborlights.example",
        time_zone="America/Vancouver",
        brand=CLINICAL,
        area="604",
        customers=(
            Customer("amelie.roy@harborlights.example", "Amelie Roy", sees_organization=True),
            Customer("noor.haddad@harborlights.example", "Noor Haddad"),
        ),
        clinicians=("Fiona MacLeod", "Dr. Arjun Sethi", "Claire Dubois", "Dr. Owen Takeda"),
        departments=("Intensive Care", "Dialysis", "Home Care"),
        sites=("Lighthouse Hospital", "Inlet Hospital"),
    ),
    Organization(
        name="Desert Willow Surgical Center",
        domain="desertwillow.example",
        time_zone="America/Phoenix",
        brand=CLINICAL,
        area="602",
        customers=(
            Customer("rosa.delgado@desertwillow.example", "Rosa Delgado"),
            Customer("ben.whitaker@desertwillow.example", "Ben Whitaker"),
        ),
        clinicians=("Nora Stein", "Dr. Malik Greene", "Jude Castillo"),
        departments=("Pre-op", "Recovery", "Anesthesia"),
        sites=("Willow Campus", "Mesa Campus"),
    ),
)

# Which brands each team serves; the first is the team that the demo's own people have already.
SUPPORT, PERFECTSERVE_DESK, CLINICAL_DESK = (
    "Support",
    "PerfectServe desk",
    "Clinical Collaboration desk",
)
TEAMS = {
    SUPPORT: (PERFECTSERVE, CLINICAL),
    PERFECTSERVE_DESK: (PERFECTSERVE,),
    CLINICAL_DESK: (CLINICAL,),
}
ALEX, MORGAN = "alex@support.example", "morgan@support.example"
JORDAN, SAM = "jordan.ellis@support.example", "sam.okafor@support.example"
LENA, CHRIS = "lena.fischer@support.example", "chris.nakamura@support.example"
COLLEAGUES = (
    Colleague(JORDAN, "Jordan Ellis", "agent", PERFECTSERVE_DESK, is_lead=True),
    Colleague(SAM, "Sam Okafor", "agent", PERFECTSERVE_DESK),
    Colleague(LENA, "Lena Fischer", "agent", CLINICAL_DESK, is_lead=True),
    Colleague(CHRIS, "Chris Nakamura", "agent", CLINICAL_DESK),
    Colleague("robin.vance@support.example", "Robin Vance", "read_only", SUPPORT),
)
# Who of the demo's own people joins the support team, so that brands with teams show to them.
JOINS_SUPPORT = ("admin@support.example",)
# Who may see restricted tickets, and so works on them; who works on the others, by brand.
LEGAL = {PERFECTSERVE: (SAM, MORGAN), CLINICAL: (CHRIS, MORGAN)}
AGENTS = {PERFECTSERVE: (JORDAN, SAM, ALEX), CLINICAL: (LENA, CHRIS, ALEX)}
