package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;

/// Validates jobs and cron jobs.
final class BatchRules {
    private static final int MAX_CRON_JOB_NAME = 52;
    private static final int MAX_MANAGER = 63;
    private static final int MANY = 100_000;
    private static final int MAX_AT_ONCE_OF_MANY = 10_000;
    private static final Path SPEC = Path.ROOT.child("spec");

    /// Pod spec fields that may change in the template of a suspended job that has not started yet.
    private static final List<String> SCHEDULING = List.of("nodeSelector", "tolerations", "schedulingGates", "affinity");

    private BatchRules() {
    }

    static List<String> cronJobName(String name) {
        return name.length() > MAX_CRON_JOB_NAME ? List.of("must be no more than 52 characters") : Names.dns1123Subdomain(name);
    }

    /// Validates a job's selector and name. A job without a selector gets a generated one, so only a user-given selector can be missing or invalid.
    static void job(ObjectNode job, Path path, Causes causes) {
        if (job.get("spec") instanceof ObjectNode spec) {
            if (CheckedFields.has(spec, "selector") || CheckedFields.flag(spec, "manualSelector")) {
                WorkloadRules.checkSelector(spec, "job", path.child("spec"), causes);
            }
            String name = CheckedFields.text(CheckedFields.object(job, "metadata"), "name");
            String last = name + "-" + (CheckedFields.number(spec, "completions", 0) - 1);
            if (isIndexed(spec) && CheckedFields.number(spec, "completions", 0) > 0 && !Names.dns1123Label(last).isEmpty()) {
                causes.invalid(Path.ROOT.child("metadata", "name"), name, "will not able to create pod with invalid DNS label: " + last);
            }
        }
    }

    private static boolean isIndexed(JsonNode spec) {
        return CheckedFields.text(spec, "completionMode").equals("Indexed");
    }

    static void jobSpec(ObjectNode spec, Path path, Causes causes) {
        checkRestart(spec, path, causes);
        if (isIndexed(spec)) {
            checkIndexed(spec, path, causes);
        } else {
            for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy")) {
                if (CheckedFields.has(spec, field)) {
                    causes.invalid(path.child(field), spec.get(field), "requires indexed completion mode");
                }
            }
        }
        if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
            causes.required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
        }
        if (spec.has("managedBy")) {
            causes.invalidAll(path.child("managedBy"), CheckedFields.text(spec, "managedBy"), Format.DOMAIN_PATH.check(CheckedFields.text(spec, "managedBy")));
            if (CheckedFields.text(spec, "managedBy").length() > MAX_MANAGER) {
                causes.tooLong(path.child("managedBy"), MAX_MANAGER);
            }
        }
        boolean failurePolicy = CheckedFields.has(spec, "podFailurePolicy");
        if (failurePolicy) {
            JobPolicyRules.failure(spec, path.child("podFailurePolicy"), causes);
        }
        if (failurePolicy && CheckedFields.text(spec, "podReplacementPolicy").equals("TerminatingOrFailed")) {
            causes.notSupported(path.child("podReplacementPolicy"), "TerminatingOrFailed", List.of("Failed"));
        }
    }

    private static void checkRestart(ObjectNode spec, Path path, Causes causes) {
        String restart = CheckedFields.text(CheckedFields.object(CheckedFields.object(spec, "template"), "spec"), "restartPolicy");
        Path at = path.child("template", "spec").child("restartPolicy");
        if (restart.isEmpty() || restart.equals("Always")) {
            causes.required(at, "valid values: \"OnFailure\", \"Never\"");
        } else if (!restart.equals("Never") && !restart.equals("OnFailure")) {
            causes.notSupported(at, restart, List.of("OnFailure", "Never"));
        } else if (restart.equals("OnFailure") && CheckedFields.has(spec, "podFailurePolicy")) {
            causes.invalid(at, restart, "only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    private static void checkIndexed(ObjectNode spec, Path path, Causes causes) {
        long completions = CheckedFields.number(spec, "completions", Long.MAX_VALUE);
        long parallelism = CheckedFields.number(spec, "parallelism", 0);
        long failed = CheckedFields.number(spec, "maxFailedIndexes", 0);
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
        if (CheckedFields.has(spec, "successPolicy") && spec.has("completions")) {
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
        String schedule = CheckedFields.text(spec, "schedule");
        String problem = schedule.isEmpty() ? null : CronSchedule.problem(schedule);
        if (problem != null) {
            causes.invalid(path.child("schedule"), schedule, problem);
        }
        if (schedule.contains("TZ")) {
            causes.invalid(path.child("schedule"), schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        if (spec.has("timeZone")) {
            checkZone(CheckedFields.text(spec, "timeZone"), path.child("timeZone"), causes);
        }
        JsonNode job = CheckedFields.object(CheckedFields.object(spec, "jobTemplate"), "spec");
        if (CheckedFields.has(job, "selector")) {
            causes.invalid(path.child("jobTemplate", "spec").child("selector"), job.get("selector"), "`selector` will be auto-generated");
        }
        if (CheckedFields.flag(job, "manualSelector")) {
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
        JsonNode after = CheckedFields.object(updated, "spec");
        JsonNode before = CheckedFields.object(old, "spec");
        checkCompletions(after, before, causes);
        checkTemplate(after, before, old, causes);
        for (String field : List.of("selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")) {
            if (!CheckedFields.same(after.get(field), before.get(field))) {
                causes.immutable(SPEC.child(field), after.get(field));
            }
        }
    }

    private static void checkCompletions(JsonNode after, JsonNode before, Causes causes) {
        JsonNode completions = after.get("completions");
        if (CheckedFields.same(completions, before.get("completions"))) {
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
        boolean waiting = CheckedFields.flag(before, "suspend") && !CheckedFields.has(CheckedFields.object(old, "status"), "startTime");
        if (waiting && now instanceof ObjectNode template && was instanceof ObjectNode former) {
            now = rest(template);
            was = rest(former);
        }
        if (!CheckedFields.same(now, was)) {
            causes.immutable(SPEC.child("template"), after.get("template"));
        }
    }

    /// Returns a copy of a template without the fields that may change before the start: those about the pod's placement and its resources.
    private static ObjectNode rest(ObjectNode template) {
        ObjectNode rest = template.deepCopy();
        rest.withObject("metadata").remove(List.of("labels", "annotations"));
        ObjectNode spec = rest.withObject("spec");
        JsonNode affinity = CheckedFields.object(spec, "affinity").deepCopy();
        spec.remove(SCHEDULING);
        if (affinity instanceof ObjectNode others && !others.without("nodeAffinity").isEmpty()) {
            spec.set("affinity", others);
        }
        for (String list : List.of("containers", "initContainers")) {
            CheckedFields.list(spec, list).forEach(container -> ((ObjectNode) container).remove("resources"));
        }
        return rest;
    }
}
