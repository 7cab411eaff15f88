package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Rules for jobs and cron jobs.
final class BatchRules {

    private static final int MAX_CRON_JOB_NAME = 52;

    private BatchRules() {
    }

    static List<String> cronJobName(String name) {
        return name.length() > MAX_CRON_JOB_NAME ? List.of("must be no more than 52 characters") : Names.dns1123Subdomain(name);
    }

    /// Who does not choose the selector gets one, so only a chosen one can be missing or wrong.
    static void job(ObjectNode job, Path path, Causes causes) {
        if (job.get("spec") instanceof ObjectNode spec && (Json.has(spec, "selector") || Json.flag(spec, "manualSelector"))) {
            WorkloadRules.checkSelector(spec, "job", path.child("spec"), causes);
        }
    }

    static void jobSpec(ObjectNode spec, Path path, Causes causes) {
        JsonNode pod = Json.object(Json.object(spec, "template"), "spec");
        String restart = Json.text(pod, "restartPolicy");
        if (!restart.equals("Never") && !restart.equals("OnFailure")) {
            causes.required(path.child("template", "spec").child("restartPolicy"), "valid values: \"OnFailure\", \"Never\"");
        }
        if (Json.text(spec, "completionMode").equals("Indexed") && !spec.has("completions")) {
            causes.required(path.child("completions"), "when completion mode is Indexed");
        }
    }

    static void cronJobSpec(ObjectNode spec, Path path, Causes causes) {
        String schedule = Json.text(spec, "schedule");
        if (schedule.isEmpty() || schedule.startsWith("@")) {
            return;
        }
        String[] fields = schedule.strip().split("\\s+");
        if (fields.length != 5) {
            causes.invalid(path.child("schedule"), schedule,
                    "expected exactly 5 fields, found " + fields.length + ": [" + String.join(" ", fields) + "]");
        }
        if (schedule.contains("TZ")) {
            causes.invalid(path.child("schedule"), schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
    }

    static void checkJobUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = Json.object(updated, "spec");
        JsonNode before = Json.object(old, "spec");
        boolean elastic = Json.text(after, "completionMode").equals("Indexed") && Json.same(after.get("completions"), after.get("parallelism"));
        for (String field : List.of("completions", "selector", "template", "completionMode", "podFailurePolicy")) {
            if (!Json.same(after.get(field), before.get(field)) && !(elastic && field.equals("completions"))) {
                causes.immutable(Path.ROOT.child("spec", field), after.get(field));
            }
        }
    }
}
