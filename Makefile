# Every target makes its own environment in .venv with Python 3.11. `make` alone lists the targets.

# A package index to prefer for PyTorch, for example https://download.pytorch.org/whl/cpu (small, no CUDA) or …/whl/cu130; empty: PyPI's build.
TORCH_INDEX ?=
# The folder that holds motion/, baselines/lcm/ and footage/.
DATA ?= $(MOTION_RETARGET_2D_DATA)
# What `make train` trains: kinematic, paper, or a file of your own.
CONFIG ?= kinematic
# More options for the program behind a target, as they are: make train ARGS="--device cuda --seed 1"
ARGS ?=

BASE_PYTHON := $(firstword $(foreach name,python3.11 python3,$(shell $(name) -c 'import sys; sys.version_info[:2] == (3, 11) and print("$(name)")' 2>/dev/null)))
PYTHON := .venv/bin/python
READY := .venv/.ready
WITH_DATA := $(if $(DATA),--data "$(DATA)")

.DEFAULT_GOAL := help
.PHONY: help venv test lint demo evaluate ablate train bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

venv: $(READY) ## make .venv with everything pinned in pyproject.toml

$(READY): pyproject.toml
	@test -n "$(BASE_PYTHON)" || { echo "Python 3.11 was not found as python3.11 or python3: install it (Debian 12: apt install python3.11-venv) and run make again." >&2; exit 1; }
	$(BASE_PYTHON) -m venv .venv
	$(PYTHON) -m pip install --disable-pip-version-check $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) --editable ".[training,test]"
	touch $@

test: lint ## lint, check types and import rules, run the tests
	$(PYTHON) -m pytest $(if $(DATA),--data="$(DATA)") $(ARGS)

lint: $(READY) ## ruff and mypy --strict
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy

demo: $(READY) ## retarget a performance onto other bodies and views and show it, in build/demo
	$(PYTHON) -m demo $(ARGS)

evaluate: $(READY) ## compare with the baselines; writes docs/EVALUATION.md (needs DATA)
	$(PYTHON) -m training.evaluate $(WITH_DATA) $(ARGS)

ablate: $(READY) ## train without each part in turn and compare (needs DATA)
	$(PYTHON) -m training.ablate $(WITH_DATA) $(ARGS)

train: $(READY) ## train CONFIG=kinematic or paper (needs DATA, or ARGS="--bvh FOLDER")
	$(PYTHON) -m training.train --config $(CONFIG) $(WITH_DATA) $(ARGS)

bench: $(READY) ## measure speed; run nothing beside it
	$(PYTHON) -m benchmarks $(ARGS)

clean: ## remove what was built, but neither .venv nor the checkpoints in build/training
	test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name training -exec rm -rf {} +
	rm -rf *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
