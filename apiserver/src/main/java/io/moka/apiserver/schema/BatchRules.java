package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;

/// Rules for jobs and cron jobs.
final class BatchRules {
    private static final int MAX_CRON_JOB_NAME = 52;
    private static final int MAX_MANAGER = 63;
    private static final int MANY = 100_000;
    private static final int MAX_AT_ONCE_OF_MANY = 10_000;
    private static final Path SPEC = Path.ROOT.child("spec");

    /// What may change in the template of a suspended job that has not started yet.
    private static final List<String> SCHEDULING = List.of("nodeSelector", "tolerations", "schedulingGates", "affinity");

    private BatchRules() {
    }

    static List<String> cronJobName(String name) {
        return name.length() > MAX_CRON_JOB_NAME ? List.of("must be no more than 52 characters") : Names.dns1123Subdomain(name);
    }

    /// Who does not choose the selector gets one, so only a chosen one can be missing or wrong.
    static void job(ObjectNode job, Path path, Causes causes) {
        if (job.get("spec") instanceof ObjectNode spec) {
            if (Json.has(spec, "selector") || Json.flag(spec, "manualSelector")) {
                WorkloadRules.checkSelector(spec, "job", path.child("spec"), causes);
            }
            String name = Json.text(Json.object(job, "metadata"), "name");
            String last = name + "-" + (Json.number(spec, "completions", 0) - 1);
            if (isIndexed(spec) && Json.number(spec, "completions", 0) > 0 && !Names.dns1123Label(last).isEmpty()) {
                causes.invalid(Path.ROOT.child("metadata", "name"), name, "will not able to create pod with invalid DNS label: " + last);
            }
        }
    }

    private static boolean isIndexed(JsonNode spec) {
        return Json.text(spec, "completionMode").equals("Indexed");
    }

    static void jobSpec(ObjectNode spec, Path path, Causes causes) {
        checkRestart(spec, path, causes);
        if (isIndexed(spec)) {
            checkIndexed(spec, path, causes);
        } else {
            for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy")) {
                if (Json.has(spec, field)) {
                    causes.invalid(path.child(field), spec.get(field), "requires indexed completion mode");
                }
            }
        }
        if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
            causes.required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
        }
        if (spec.has("managedBy")) {
            causes.invalidAll(path.child("managedBy"), Json.text(spec, "managedBy"), Format.DOMAIN_PATH.check(Json.text(spec, "managedBy")));
            if (Json.text(spec, "managedBy").length() > MAX_MANAGER) {
                causes.tooLong(path.child("managedBy"), MAX_MANAGER);
            }
        }
        boolean failurePolicy = Json.has(spec, "podFailurePolicy");
        if (failurePolicy) {
            JobPolicyRules.failure(spec, path.child("podFailurePolicy"), causes);
        }
        if (failurePolicy && Json.text(spec, "podReplacementPolicy").equals("TerminatingOrFailed")) {
            causes.notSupported(path.child("podReplacementPolicy"), "TerminatingOrFailed", List.of("Failed"));
        }
    }

    private static void checkRestart(ObjectNode spec, Path path, Causes causes) {
        String restart = Json.text(Json.object(Json.object(spec, "template"), "spec"), "restartPolicy");
        Path at = path.child("template", "spec").child("restartPolicy");
        if (restart.isEmpty() || restart.equals("Always")) {
            causes.required(at, "valid values: \"OnFailure\", \"Never\"");
        } else if (!restart.equals("Never") && !restart.equals("OnFailure")) {
            causes.notSupported(at, restart, List.of("OnFailure", "Never"));
        } else if (restart.equals("OnFailure") && Json.has(spec, "podFailurePolicy")) {
            causes.invalid(at, restart, "only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    private static void checkIndexed(ObjectNode spec, Path path, Causes causes) {
        long completions = Json.number(spec, "completions", Long.MAX_VALUE);
        long parallelism = Json.number(spec, "parallelism", 0);
        long failed = Json.number(spec, "maxFailedIndexes", 0);
        if (!spec.has("completions")) {
            causes.required(path.child("completions"), "when completion mode is Indexed");
        }
        if (parallelism > MANY) {
            causes.invalid(path.child("parallelism"), parallelism, "must be less than or equal to " + MANY + " when completion mode is Indexed");
        }
        if (failed > completions) {
            causes.invalid(path.child("maxFailedIndexes"), failed, "must be less than or equal to completions");
        }
        if (failed > MANY) {
            causes.invalid(path.child("maxFailedIndexes"), failed, "must be less than or equal to " + MANY);
        }
        if (spec.has("completions") && completions > MANY && spec.has("backoffLimitPerIndex")) {
            checkMany(spec, parallelism, failed, path, causes);
        }
        if (Json.has(spec, "successPolicy") && spec.has("completions")) {
            JobPolicyRules.success(spec, completions, path.child("successPolicy"), causes);
        }
    }

    private static void checkMany(ObjectNode spec, long parallelism, long failed, Path path, Causes causes) {
        String atMost = "must be less than or equal to " + MAX_AT_ONCE_OF_MANY + " when completions are above " + MANY + " and used with backoff limit per index";
        if (!spec.has("maxFailedIndexes")) {
            causes.required(path.child("maxFailedIndexes"), "must be specified when completions is above " + MANY);
        }
        if (parallelism > MAX_AT_ONCE_OF_MANY) {
            causes.invalid(path.child("parallelism"), parallelism, atMost);
        }
        if (failed > MAX_AT_ONCE_OF_MANY) {
            causes.invalid(path.child("maxFailedIndexes"), failed, atMost);
        }
    }

    static void cronJobSpec(ObjectNode spec, Path path, Causes causes) {
        String schedule = Json.text(spec, "schedule");
        String problem = schedule.isEmpty() ? null : CronSchedule.problem(schedule);
        if (problem != null) {
            causes.invalid(path.child("schedule"), schedule, problem);
        }
        if (schedule.contains("TZ")) {
            causes.invalid(path.child("schedule"), schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        if (spec.has("timeZone")) {
            checkZone(Json.text(spec, "timeZone"), path.child("timeZone"), causes);
        }
        JsonNode job = Json.object(Json.object(spec, "jobTemplate"), "spec");
        if (Json.has(job, "selector")) {
            causes.invalid(path.child("jobTemplate", "spec").child("selector"), job.get("selector"), "`selector` will be auto-generated");
        }
        if (Json.flag(job, "manualSelector")) {
            causes.notSupportedUnsorted(path.child("jobTemplate", "spec").child("manualSelector"), job.get("manualSelector"), List.of("nil", "false"));
        }
    }

    private static void checkZone(String zone, Path path, Causes causes) {
        if (zone.isEmpty()) {
            causes.invalid(path, zone, "timeZone must be nil or non-empty string");
            return;
        }
        if (zone.equalsIgnoreCase("Local")) {
            causes.invalid(path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        try {
            if (zone.matches("[+-].*") || !ZoneId.of(zone).getId().equals(zone)) {
                causes.invalid(path, zone, "unknown time zone " + zone);
            }
        } catch (DateTimeException unknown) {
            causes.invalid(path, zone, "unknown time zone " + zone);
        }
    }

    static void checkJobUpdate(ObjectNode updated, ObjectNode old, Causes causes) {
        JsonNode after = Json.object(updated, "spec");
        JsonNode before = Json.object(old, "spec");
        checkCompletions(after, before, causes);
        checkTemplate(after, before, old, causes);
        for (String field : List.of("selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")) {
            if (!Json.same(after.get(field), before.get(field))) {
                causes.immutable(SPEC.child(field), after.get(field));
            }
        }
    }

    private static void checkCompletions(JsonNode after, JsonNode before, Causes causes) {
        JsonNode completions = after.get("completions");
        if (Json.same(completions, before.get("completions"))) {
            return;
        }
        if (!isIndexed(after)) {
            causes.immutable(SPEC.child("completions"), completions);
        } else if (completions != null && !completions.equals(after.get("parallelism"))) {
            causes.invalid(SPEC.child("completions"), completions, "can only be modified in tandem with spec.parallelism");
        }
    }

    private static void checkTemplate(JsonNode after, JsonNode before, ObjectNode old, Causes causes) {
        JsonNode now = after.get("template");
        JsonNode was = before.get("template");
        boolean waiting = Json.flag(before, "suspend") && !Json.has(Json.object(old, "status"), "startTime");
        if (waiting && now instanceof ObjectNode template && was instanceof ObjectNode former) {
            now = rest(template);
            was = rest(former);
        }
        if (!Json.same(now, was)) {
            causes.immutable(SPEC.child("template"), after.get("template"));
        }
    }

    /// A template without what says where its pods may run, and what they ask for.
    private static ObjectNode rest(ObjectNode template) {
        ObjectNode rest = template.deepCopy();
        rest.withObject("metadata").remove(List.of("labels", "annotations"));
        ObjectNode spec = rest.withObject("spec");
        JsonNode affinity = Json.object(spec, "affinity").deepCopy();
        spec.remove(SCHEDULING);
        if (affinity instanceof ObjectNode others && !others.without("nodeAffinity").isEmpty()) {
            spec.set("affinity", others);
        }
        for (String list : List.of("containers", "initContainers")) {
            Json.list(spec, list).forEach(container -> ((ObjectNode) container).remove("resources"));
        }
        return rest;
    }
}
