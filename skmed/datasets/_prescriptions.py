"""A seeded synthetic cohort: diagnoses, and the drugs that go with them."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

# Diagnosis, how common it is, and drugs that are given for it, first choice first.
_DIAGNOSES = {
    "hypertension": (0.40, "lisinopril, amlodipine, hydrochlorothiazide, metoprolol"),
    "heart failure": (0.12, "furosemide, carvedilol, lisinopril, spironolactone"),
    "atrial fibrillation": (
        0.12,
        "apixaban, metoprolol, warfarin, digoxin, amiodarone",
    ),
    "coronary disease": (0.18, "aspirin, atorvastatin, metoprolol, clopidogrel"),
    "hyperlipidaemia": (0.30, "atorvastatin, simvastatin, ezetimibe"),
    "type 2 diabetes": (0.22, "metformin, glipizide, sitagliptin, empagliflozin"),
    "type 1 diabetes": (0.04, "insulin lispro, insulin glargine"),
    "asthma": (0.10, "salbutamol, budesonide, montelukast"),
    "COPD": (0.09, "tiotropium, salbutamol, fluticasone, prednisone"),
    "reflux disease": (0.20, "omeprazole, famotidine"),
    "depression": (0.16, "sertraline, citalopram, bupropion, mirtazapine"),
    "anxiety": (0.12, "sertraline, buspirone, lorazepam"),
    "hypothyroidism": (0.10, "levothyroxine"),
    "osteoarthritis": (0.16, "paracetamol, ibuprofen, diclofenac"),
    "rheumatoid arthritis": (0.04, "methotrexate, folic acid, prednisone, adalimumab"),
    "gout": (0.05, "allopurinol, colchicine"),
    "pneumonia": (0.06, "amoxicillin, azithromycin, doxycycline"),
    "urinary infection": (0.08, "nitrofurantoin, ciprofloxacin, trimethoprim"),
    "epilepsy": (0.03, "levetiracetam, lamotrigine, valproate"),
    "migraine": (0.07, "sumatriptan, propranolol, topiramate"),
    "chronic pain": (0.10, "paracetamol, gabapentin, tramadol, duloxetine"),
    "osteoporosis": (0.07, "alendronate, calcium, vitamin D"),
    "iron deficiency": (0.07, "ferrous sulfate"),
    "insomnia": (0.09, "zolpidem, trazodone, melatonin"),
}
# Diagnoses that often come together.
_TOGETHER = (
    ("hypertension", "hyperlipidaemia", "type 2 diabetes", "coronary disease"),
    ("heart failure", "atrial fibrillation", "coronary disease", "hypertension"),
    ("depression", "anxiety", "insomnia", "chronic pain"),
    ("COPD", "pneumonia", "osteoporosis"),
)


@validate_params(
    {
        "n_patients": [Interval(Integral, 1, None, closed="left")],
        "adherence": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_prescriptions(n_patients=500, *, adherence=0.7, random_state=None):
    """Draw synthetic patients: their diagnoses, and the drugs they are given.

    Diagnoses come in groups, as those of the heart do. Each brings drugs, the first
    choice more often than the later ones, and each patient has a few drugs that belong
    to none. Names are of real diseases and drugs; the patients are invented, and
    nothing can be learned from them about medicine.

    Parameters
    ----------
    n_patients : int, default=500
        The number of patients.
    adherence : float, default=0.7
        How probable the first choice for a diagnosis is; the next one has this part
        of it, and so on.
    random_state : int, RandomState instance or None, default=None
        Determines the patients. Pass an int for the same ones in each call.

    Returns
    -------
    diagnoses : DataFrame of shape (n_patients, 24)
        1 where a patient has a diagnosis, else 0; everybody has at least one.
    drugs : DataFrame of shape (n_patients, n_drugs)
        1 where a patient takes a drug, else 0; everybody takes at least one.

    See Also
    --------
    skmed.recommend.ContextRecommender : Learns the drugs from the diagnoses.

    Examples
    --------
    >>> from skmed.datasets import make_prescriptions
    >>> diagnoses, drugs = make_prescriptions(n_patients=100, random_state=0)
    >>> diagnoses.shape, drugs.shape[0], "metformin" in drugs.columns
    ((100, 24), 100, True)
    """
    rng = check_random_state(random_state)
    names = list(_DIAGNOSES)
    choices = {name: text.split(", ") for name, (_, text) in _DIAGNOSES.items()}
    drug_names = sorted({drug for drugs in choices.values() for drug in drugs})

    common = np.array([frequency for frequency, _ in _DIAGNOSES.values()])
    odds = np.tile(0.5 * common / (1 - common), (n_patients, 1))
    for group in _TOGETHER:
        members = [names.index(name) for name in group]
        odds[:, members] *= np.exp(rng.normal(0.3, 1.2, (n_patients, 1)))
    has = rng.uniform(size=odds.shape) < odds / (1 + odds)
    nobody = np.flatnonzero(~has.any(axis=1))
    has[nobody, rng.choice(len(names), len(nobody), p=common / common.sum())] = True

    # drugs that belong to no diagnosis
    takes = rng.uniform(size=(n_patients, len(drug_names))) < 0.01
    for column, name in enumerate(names):
        for rank, drug in enumerate(choices[name]):
            given = rng.uniform(size=n_patients) < adherence ** (rank + 1)
            takes[:, drug_names.index(drug)] |= has[:, column] & given
        first = drug_names.index(choices[name][0])
        untreated = has[:, column] & ~takes.any(axis=1)
        takes[untreated, first] = True
    index = pd.Index([f"patient {i}" for i in range(n_patients)], name="patient")
    return (
        pd.DataFrame(has.astype(int), index=index, columns=names),
        pd.DataFrame(takes.astype(int), index=index, columns=drug_names),
    )
