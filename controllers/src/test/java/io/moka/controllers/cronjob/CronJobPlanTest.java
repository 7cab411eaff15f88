package io.moka.controllers.cronjob;

import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.testing.PlanTable;
import io.moka.machinery.meta.Times;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of `plans.yaml`. Their options: `missing`, uids of jobs that the server does not have; `changed`, when the schedule changed;
/// `zone`, the controller's own.
class CronJobPlanTest {

    static Stream<PlanTable.Case> cases() {
        return PlanTable.read(CronJobPlanTest.class, "plans.yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void planIsAsTheTableSays(PlanTable.Case row) {
        var options = row.options();
        var missing = new HashSet<String>();
        options.path("missing").forEach(uid -> missing.add(uid.asText()));
        row.verify(CronJobPlan.of(new CronJobView(row.object(CronJob.class), row.objects(Job.class), missing, ZoneId.of(options.path("zone").asText("Etc/UTC")),
                Times.parse(options.path("changed").asText(null)), row.now())));
    }
}
