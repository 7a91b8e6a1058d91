"""The tests: unit (no database), domain, web, workers, browser, house and benchmarks."""
