# Every target makes the environments that it needs: .venv (Python 3.11), and .venv-bpy-VERSION, which holds Blender as a Python module.
# tools/environments.py says what is in each. `make` alone lists the targets.

# A package index to prefer for PyTorch, for example https://download.pytorch.org/whl/cpu (small, no CUDA) or …/whl/cu130; empty: PyPI's build.
TORCH_INDEX ?=
# The folder that holds motion/, baselines/lcm/ and footage/.
DATA ?= $(MOTION_RETARGET_2D_DATA)
# What `make train` trains: kinematic, paper, or a file of your own.
CONFIG ?= kinematic
# More options for the program behind a target, as they are: make train ARGS="--device cuda --seed 1"
ARGS ?=
# What `make zip` builds for: linux-x64, windows-x64 or macos-arm64, and Blender's Python, 3.11 (4.3 to 5.0) or 3.13 (from 5.1).
PLATFORM :=
PYTHON :=
# The words that start a real Blender, for `make matrix`: BLENDER, BLENDER_2 and BLENDER_3.
export BLENDER BLENDER_2 BLENDER_3
# Threads that wait for each other sleep (blender_addon/core/sleeping_threads.py says why).
export OMP_WAIT_POLICY ?= PASSIVE
# Pip's option for TORCH_INDEX.
WITH_TORCH_INDEX = $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

BASE_PYTHON := $(firstword $(foreach name,python3.11 python3,$(shell $(name) -c 'import sys; sys.version_info[:2] == (3, 11) and print("$(name)")' 2>/dev/null)))
VENV := .venv/bin/python
READY := .venv/.ready
# The Blender that the add-on is developed with, and the oldest, whose files every other one opens.
BLENDER_READY := .venv-bpy-4.5/.ready
OLDEST := .venv-bpy-4.3
# Joined by =, since pytest would take a folder of its own for tests.
WITH_DATA := $(if $(DATA),--data="$(DATA)")
# The files of tests dealt out to the processors; each processor loads torch, so that more than four would take memory rather than save time.
SIDE_BY_SIDE := --numprocesses=auto --maxprocesses=4 --dist=loadfile

.DEFAULT_GOAL := help
.PHONY: help venv test lint matrix zip zips repository bundled wheels demo characters fuzz evaluate ablate train bench rendered clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

venv: $(READY) ## make .venv with everything pinned in pyproject.toml

define environment
@test -n "$(BASE_PYTHON)" || { echo "Python 3.11 was not found as python3.11 or python3: install it (Debian 12: apt install python3.11-venv) and run make again." >&2; exit 1; }
$(BASE_PYTHON) -m tools.environments $(1)
endef

$(READY): pyproject.toml
	$(call environment,worker $(if $(TORCH_INDEX),--index $(TORCH_INDEX)))

.venv-bpy-%/.ready: tools/environments.py
	$(call environment,$*)

test: lint $(BLENDER_READY) ## lint, check types and import rules, run the tests; those that need Blender in bpy 4.5
	$(VENV) -m pytest $(SIDE_BY_SIDE) $(WITH_DATA) $(ARGS)
	$(VENV) -m tools.tests_in_blender --module 4.5 -- $(WITH_DATA)

lint: $(READY) ## ruff, formatting and mypy --strict
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check --quiet .
	$(VENV) -m mypy

matrix: $(READY) $(BLENDER_READY) ## install the zip in bpy 4.3 to 5.2 and in BLENDER=PROGRAM and test it there; test without PyTorch
	$(VENV) -m tools.matrix $(ARGS) -- $(WITH_DATA)

zip: $(BLENDER_READY) ## build the small zip; with PLATFORM=linux-x64 PYTHON=3.11 (or others) one that brings all it needs
	$(BASE_PYTHON) -m tools.extension $(if $(PLATFORM),--platform $(PLATFORM)) $(if $(PYTHON),--python $(PYTHON)) $(ARGS)

zips: $(BLENDER_READY) ## build the small zip and those of all platforms and Pythons
	$(BASE_PYTHON) -m tools.extension --all $(ARGS)

repository: $(BLENDER_READY) ## build a repository that Blender installs and updates from, in build/repository
	$(BASE_PYTHON) -m tools.repository $(ARGS)

bundled: $(BLENDER_READY) ## download what the zips for all platforms bring, into build/bundled
	$(BASE_PYTHON) -m tools.wheels

wheels: $(READY) ## download what the worker needs into build/wheels, to be installed from there without a network
	$(VENV) -m pip download --disable-pip-version-check --requirement blender_addon/worker/requirements.txt --dest build/wheels $(WITH_TORCH_INDEX)

demo: $(READY) $(BLENDER_READY) ## put the two people of the shipped video on a puppet and in Grease Pencil, in build/demo
	.venv-bpy-4.5/bin/python -m demo $(ARGS)

characters: $(OLDEST)/.ready ## build assets/characters anew
	$(OLDEST)/bin/python -m characters $(ARGS)

# Inputs of each subject, and the first seed: make fuzz COUNT=500 SEED=1; without COUNT as many as docs/RELIABILITY.md says.
COUNT ?=
SEED ?= 1
FUZZ := -m tests.reliability.fuzz
fuzz: $(READY) $(BLENDER_READY) ## pose files, edits, styles, maps, command lines and videos put together wrongly; SEED=1 COUNT=500 for other ones
	$(VENV) $(FUZZ) poses --seed $(SEED) --count $(or $(COUNT),10000)
	$(VENV) $(FUZZ) statements --seed $(SEED) --count $(or $(COUNT),2000)
	.venv-bpy-4.5/bin/python $(FUZZ) edits --seed $(SEED) --count $(or $(COUNT),2000)
	.venv-bpy-4.5/bin/python $(FUZZ) files --seed $(SEED) --count $(or $(COUNT),2000)
	$(VENV) $(FUZZ) commands --seed $(SEED) --count $(or $(COUNT),3500)
	.venv-bpy-4.5/bin/python $(FUZZ) blender_commands --seed $(SEED) --count $(or $(COUNT),1500)
	$(VENV) $(FUZZ) videos --seed $(SEED) --count $(or $(COUNT),5000)
	MOTION_RETARGET_2D_FUZZ=10000 $(VENV) -m pytest tests/core/test_pose_files.py -k broken

FAULTY := tests/reliability tests/worker tests/core/test_pose_cache.py tests/core/test_durable.py tests/core/test_interruption.py
.PHONY: faults
faults: $(READY) $(BLENDER_READY) ## full disks, signals at each stage, two Blenders, clips swapped while read, 100 cycles: minutes
	$(VENV) -m pytest $(FAULTY) $(WITH_DATA) $(ARGS)
	MOTION_RETARGET_2D_FAULTS=1 $(VENV) -m tools.tests_in_blender --module 4.5 --processes 1 -- $(WITH_DATA) \
		-k "test_faults or test_interrupted or test_durable_files or test_user_folder or test_damage or test_rig_changed_meanwhile"

evaluate: $(READY) ## compare with the baselines; writes docs/EVALUATION.md (needs DATA)
	$(VENV) -m training.evaluate $(WITH_DATA) $(ARGS)

ablate: $(READY) ## train without each part in turn and compare (needs DATA)
	$(VENV) -m training.ablate $(WITH_DATA) $(ARGS)

train: $(READY) ## train CONFIG=kinematic or paper (needs DATA, or ARGS="--bvh FOLDER")
	$(VENV) -m training.train --config $(CONFIG) $(WITH_DATA) $(ARGS)

.PHONY: graphs
graphs: $(READY) ## write the graphs for onnxruntime into the weights that ship, after training
	.venv/bin/python -m training.export_onnx blender_addon/core/weights/kinematic.npz blender_addon/core/weights/paper.npz

.PHONY: measure-rendered sheets-rendered
measure-rendered: $(READY) $(BLENDER_READY) ## measure the whole path over the clips of `make rendered`; writes docs/RENDERED.md
	$(VENV) -m benchmarks.rendered.measure $(WITH_DATA) $(ARGS)

sheets-rendered: $(READY) $(BLENDER_READY) ## a page of sheets of what `make measure-rendered` baked, in build/rendered/measured
	$(VENV) -m benchmarks.rendered.sheets $(ARGS)

bench: $(READY) ## measure speed; run nothing beside it
	$(VENV) -m benchmarks $(ARGS)

rendered: $(READY) $(BLENDER_READY) ## render the clips with known truth into build/rendered (more of them with DATA)
	.venv-bpy-4.5/bin/python -m benchmarks.rendered $(WITH_DATA) $(ARGS)

clean: ## remove what was built, but neither environments nor the checkpoints in build/training
	test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name training -exec rm -rf {} +
	rm -rf *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -path "./.venv*" -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
