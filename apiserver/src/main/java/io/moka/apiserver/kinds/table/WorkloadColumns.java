package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns of the kinds that create pods.
final class WorkloadColumns {

    private static final List<Column> REPLICAS = List.of(
            Columns.NAME,
            Column.count("Desired", "spec.replicas"),
            Column.count("Current", "status.replicas"),
            Column.count("Ready", "status.readyReplicas"),
            Columns.AGE);

    private WorkloadColumns() {
    }

    static @Nullable List<Column> of(String kind) {
        return switch (kind) {
            case "apps/v1/Deployment" -> Columns.concat(List.of(
                    Columns.NAME,
                    Column.of("Ready", WorkloadColumns::ready),
                    Column.count("Up-to-date", "status.updatedReplicas"),
                    Column.count("Available", "status.availableReplicas"),
                    Columns.AGE), Cells.templateColumns("spec.template", "spec.selector"));
            case "autoscaling/v1/Scale" -> List.of(
                    Columns.NAME,
                    Column.count("Desired", "spec.replicas"),
                    Column.count("Available", "status.replicas"),
                    Columns.AGE);
            case "apps/v1/ReplicaSet" -> Columns.concat(REPLICAS, Cells.templateColumns("spec.template", "spec.selector"));
            case "v1/ReplicationController" -> Columns.concat(Columns.concat(REPLICAS, Cells.templateColumns("spec.template", null)),
                    List.of(Column.of("Selector", o -> Cells.labels(Cells.at(o, "spec.selector"))).inWide()));
            case "apps/v1/StatefulSet" -> Columns.concat(List.of(
                    Columns.NAME,
                    Column.of("Ready", WorkloadColumns::ready),
                    Columns.AGE), Cells.templateColumns("spec.template", null));
            case "apps/v1/DaemonSet" -> Columns.concat(List.of(
                    Columns.NAME,
                    Column.count("Desired", "status.desiredNumberScheduled"),
                    Column.count("Current", "status.currentNumberScheduled"),
                    Column.count("Ready", "status.numberReady"),
                    Column.count("Up-to-date", "status.updatedNumberScheduled"),
                    Column.count("Available", "status.numberAvailable"),
                    Column.of("Node Selector", o -> Cells.labels(Cells.at(o, "spec.template.spec.nodeSelector"))),
                    Columns.AGE), Cells.templateColumns("spec.template", "spec.selector"));
            case "batch/v1/Job" -> Columns.concat(List.of(
                    Columns.NAME,
                    Column.of("Status", WorkloadColumns::jobStatus),
                    Column.of("Completions", WorkloadColumns::completions),
                    Column.timed("Duration", WorkloadColumns::jobDuration),
                    Columns.AGE), Cells.templateColumns("spec.template", "spec.selector"));
            case "batch/v1/CronJob" -> Columns.concat(List.of(
                    Columns.NAME,
                    Column.path("Schedule", "spec.schedule", ""),
                    Column.path("Timezone", "spec.timeZone", Cells.NONE),
                    Column.of("Suspend", o -> o.path("spec").path("suspend").asBoolean() ? "True" : "False"),
                    Column.number("Active", o -> o.path("status").path("active").size()),
                    Column.timed("Last Schedule", WorkloadColumns::lastSchedule),
                    Columns.AGE), Cells.templateColumns("spec.jobTemplate.spec.template", "spec.jobTemplate.spec.selector"));
            case "apps/v1/ControllerRevision" -> List.of(
                    Columns.NAME,
                    Column.of("Controller", WorkloadColumns::controller),
                    Column.path("Revision", "revision", ""),
                    Columns.AGE);
            case "v1/PodTemplate" -> List.of(
                    Columns.NAME,
                    Column.of("Containers", o -> Cells.joinField(Cells.at(o, "template.spec.containers"), "name", "")),
                    Column.of("Images", o -> Cells.joinField(Cells.at(o, "template.spec.containers"), "image", "")),
                    Column.of("Pod Labels", o -> Cells.labels(Cells.at(o, "template.metadata.labels"))));
            default -> null;
        };
    }

    private static String ready(JsonNode object) {
        return object.path("status").path("readyReplicas").asInt() + "/" + object.path("spec").path("replicas").asInt();
    }

    private static String jobStatus(JsonNode job) {
        String status = "Running";
        for (JsonNode condition : job.path("status").path("conditions")) {
            String type = condition.path("type").asText();
            boolean known = List.of("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet").contains(type);
            if (known && condition.path("status").asText().equals("True")) {
                status = type;
                if (type.equals("Complete") || type.equals("Failed")) {
                    return status;
                }
            }
        }
        return job.path("metadata").hasNonNull("deletionTimestamp") ? "Terminating" : status;
    }

    private static String completions(JsonNode job) {
        int succeeded = job.path("status").path("succeeded").asInt();
        JsonNode spec = job.path("spec");
        if (spec.hasNonNull("completions")) {
            return succeeded + "/" + spec.path("completions").asInt();
        }
        int parallelism = spec.path("parallelism").asInt();
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static String jobDuration(JsonNode job, Instant now) {
        Instant start = Cells.parse(Cells.text(job, "status.startTime", ""));
        Instant end = Cells.parse(Cells.text(job, "status.completionTime", ""));
        return start == null ? "" : Cells.humanDuration(Duration.between(start, end == null ? now : end));
    }

    private static String lastSchedule(JsonNode cronJob, Instant now) {
        String time = Cells.text(cronJob, "status.lastScheduleTime", "");
        return time.isEmpty() ? Cells.NONE : Cells.since(time, now);
    }

    private static String controller(JsonNode revision) {
        for (JsonNode owner : revision.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                String apiVersion = owner.path("apiVersion").asText();
                int slash = apiVersion.indexOf('/');
                String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
                return owner.path("kind").asText().toLowerCase(java.util.Locale.ROOT) + group + "/" + owner.path("name").asText();
            }
        }
        return Cells.NONE;
    }
}
