"""Synthetic cohort of patients with diagnoses and prescriptions."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

# diagnosis: prevalence, and drugs by descending preference
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
# groups of diagnoses that often occur together
_COMORBIDITIES = (
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
def make_prescriptions(
    n_patients: int = 500, *, adherence: float = 0.7, random_state=None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Generate synthetic patients with their diagnoses and drugs.

    Diagnoses of a group, such as heart diseases, occur together. Each diagnosis is
    treated by drugs, the first choice more often than later ones, and a few drugs are
    prescribed at random. The names of diseases and drugs are real, but the patients
    are synthetic: do not draw medical conclusions from them.

    Parameters
    ----------
    n_patients : int, default=500
        Number of patients.
    adherence : float, default=0.7
        Probability of the first choice for a diagnosis. The probability of the drug of
        rank r is ``adherence**r``.
    random_state : int, RandomState instance or None, default=None
        Seed. Pass an int for reproducible output across calls.

    Returns
    -------
    diagnoses : DataFrame of shape (n_patients, 24)
        Indicator of the diagnoses; each patient has at least one.
    drugs : DataFrame of shape (n_patients, n_drugs)
        Indicator of the drugs; each patient has at least one.

    See Also
    --------
    skmed.recommend.ContextRecommender : Recommends drugs from diagnoses.

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

    prevalence = np.array([value for value, _ in _DIAGNOSES.values()])
    odds = np.tile(0.5 * prevalence / (1 - prevalence), (n_patients, 1))
    for group in _COMORBIDITIES:
        members = [names.index(name) for name in group]
        odds[:, members] *= np.exp(rng.normal(0.3, 1.2, (n_patients, 1)))
    has = rng.uniform(size=odds.shape) < odds / (1 + odds)
    healthy = np.flatnonzero(~has.any(axis=1))
    probabilities = prevalence / prevalence.sum()
    has[healthy, rng.choice(len(names), len(healthy), p=probabilities)] = True

    # drugs that are independent of the diagnoses
    takes = rng.uniform(size=(n_patients, len(drug_names))) < 0.01
    for column, name in enumerate(names):
        for rank, drug in enumerate(choices[name], start=1):
            prescribed = rng.uniform(size=n_patients) < adherence**rank
            takes[:, drug_names.index(drug)] |= has[:, column] & prescribed
        first = drug_names.index(choices[name][0])
        untreated = has[:, column] & ~takes.any(axis=1)
        takes[untreated, first] = True
    index = pd.Index([f"patient {i}" for i in range(n_patients)], name="patient")
    return (
        pd.DataFrame(has.astype(int), index=index, columns=names),
        pd.DataFrame(takes.astype(int), index=index, columns=drug_names),
    )
