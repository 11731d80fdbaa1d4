import type { Pipeline, TestCase } from '../world/types.js';
import type { World } from '../world/world.js';

export function testReport({ testSuites }: Pipeline) {
  const suites = testSuites.map(({ name, cases }) => ({
    name,
    ...totals(cases),
    suite_error: null,
    test_cases: cases.map((one) => ({
      status: one.status,
      name: one.name,
      classname: one.classname,
      file: one.file,
      execution_time: one.executionTime,
      system_output: one.systemOutput,
      stack_trace: one.stackTrace,
      recent_failures: null,
    })),
  }));
  return { ...totals(testSuites.flatMap(({ cases }) => cases)), test_suites: suites };
}

export function testReportSummary(world: World, pipeline: Pipeline) {
  const all = totals(pipeline.testSuites.flatMap(({ cases }) => cases));
  return {
    total: {
      time: all.total_time,
      count: all.total_count,
      success: all.success_count,
      failed: all.failed_count,
      skipped: all.skipped_count,
      error: all.error_count,
      suite_error: null,
    },
    test_suites: pipeline.testSuites.map(({ name, cases }) => ({
      name,
      ...totals(cases),
      build_ids: world.jobs.filter((job) => job.pipeline === pipeline && job.name === name).map(({ id }) => id),
      suite_error: null,
    })),
  };
}

function totals(cases: readonly TestCase[]) {
  const count = (status: TestCase['status']) => cases.filter((one) => one.status === status).length;
  return {
    total_time: cases.reduce((sum, one) => sum + one.executionTime, 0),
    total_count: cases.length,
    success_count: count('success'),
    failed_count: count('failed'),
    skipped_count: count('skipped'),
    error_count: count('error'),
  };
}
