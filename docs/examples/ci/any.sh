#!/bin/sh
# Any other CI: JUnit XML for its own page, a report for people, a report for programs, and the exit code.
python -m pip install pytest-auth-provider
python -m pytest --auth-provider --auth-client mytool \
  --junitxml=verdicts.xml --auth-report=verdicts.md --auth-report=verdicts.json
