"""`wideband measure`: a study file out of models and questions, and what came out in words."""

from .models import Model, ModelError, model_of, named, pinned
from .study import DEFAULT, QUESTIONS, study_text

__all__ = ["DEFAULT", "QUESTIONS", "Model", "ModelError", "model_of", "named", "pinned", "study_text"]
