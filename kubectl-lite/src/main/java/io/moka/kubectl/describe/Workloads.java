package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Owners of pods: deployments, replica sets, replication controllers, stateful sets, daemon sets, jobs and cron jobs.
final class Workloads {

    private Workloads() {
    }

    static Map<String, Describer> describers() {
        return Map.of("Deployment", Workloads::deployment, "ReplicaSet", Workloads::replicas, "ReplicationController", Workloads::replicas,
                "StatefulSet", Workloads::statefulSet, "DaemonSet", Workloads::daemonSet, "Job", Workloads::job, "CronJob", Workloads::cronJob,
                "PodDisruptionBudget", Workloads::budget);
    }

    static void name(JsonNode object, Lines out) {
        out.field(0, "Name", object.path("metadata").path("name").asText());
        if (object.path("metadata").has("namespace")) {
            out.field(0, "Namespace", object.path("metadata").path("namespace").asText());
        }
    }

    static void labels(JsonNode object, Lines out) {
        out.pairs(0, "Labels", object.path("metadata").path("labels"));
        out.annotations(0, object.path("metadata").path("annotations"));
    }

    private static void created(JsonNode object, Lines out) {
        out.field(0, "CreationTimestamp", Lines.date(object.path("metadata").path("creationTimestamp")));
    }

    static void controlledBy(JsonNode object, Lines out) {
        for (var owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                out.field(0, "Controlled By", owner.path("kind").asText() + "/" + owner.path("name").asText());
            }
        }
    }

    private static void conditions(JsonNode object, Lines out) {
        var conditions = object.path("status").path("conditions");
        if (!conditions.isEmpty()) {
            out.add(0, "Conditions:\n  Type\tStatus\tReason");
            out.add(1, "----\t------\t------");
            conditions.forEach(c -> out.add(1, "%s \t%s\t%s", c.path("type").asText(), c.path("status").asText(), c.path("reason").asText("")));
        }
    }

    private static void deployment(JsonNode deployment, Surroundings surroundings, Lines out) {
        var spec = deployment.path("spec");
        var status = deployment.path("status");
        name(deployment, out);
        created(deployment, out);
        labels(deployment, out);
        out.field(0, "Selector", Lines.selector(spec.path("selector")));
        out.field(0, "Replicas", "%d desired | %d updated | %d total | %d available | %d unavailable".formatted(spec.path("replicas").asInt(), status.path("updatedReplicas").asInt(),
                status.path("replicas").asInt(), status.path("availableReplicas").asInt(), status.path("unavailableReplicas").asInt()));
        out.field(0, "StrategyType", spec.path("strategy").path("type").asText());
        out.field(0, "MinReadySeconds", spec.path("minReadySeconds").asText("0"));
        if (spec.path("strategy").has("rollingUpdate")) {
            var update = spec.path("strategy").path("rollingUpdate");
            out.field(0, "RollingUpdateStrategy", update.path("maxUnavailable").asText() + " max unavailable, " + update.path("maxSurge").asText() + " max surge");
        }
        PodTemplates.describe(spec.path("template"), out);
        conditions(deployment, out);
        replicaSets(deployment, surroundings, out);
        out.events(surroundings.events(deployment));
    }

    private static void replicaSets(JsonNode deployment, Surroundings surroundings, Lines out) {
        var owned = children(deployment, "/apis/apps/v1/namespaces/%s/replicasets", surroundings);
        var newest = owned.stream().max(Comparator.comparingLong(Workloads::revision)).filter(set -> revision(set) == revision(deployment)).orElse(null);
        var old = owned.stream().filter(set -> set != newest).toList();
        out.field(0, "OldReplicaSets", old.isEmpty() ? "<none>" : String.join(", ", old.stream().map(Workloads::progress).toList()));
        out.field(0, "NewReplicaSet", newest == null ? "<none>" : progress(newest));
    }

    private static long revision(JsonNode object) {
        return object.path("metadata").path("annotations").path("deployment.kubernetes.io/revision").asLong(0);
    }

    private static String progress(JsonNode set) {
        return set.path("metadata").path("name").asText() + " (" + set.path("status").path("replicas").asInt() + "/" + set.path("spec").path("replicas").asInt() + " replicas created)";
    }

    private static List<JsonNode> children(JsonNode owner, String collection, Surroundings surroundings) {
        var selector = owner.path("kind").asText().equals("ReplicationController") ? equality(owner.path("spec").path("selector")) : Lines.selector(owner.path("spec").path("selector"));
        var uid = owner.path("metadata").path("uid").asText();
        var own = new ArrayList<JsonNode>();
        for (var child : surroundings.list(collection.formatted(owner.path("metadata").path("namespace").asText()), Map.of("labelSelector", selector))) {
            for (var reference : child.path("metadata").path("ownerReferences")) {
                if (reference.path("uid").asText().equals(uid)) {
                    own.add(child);
                }
            }
        }
        return own;
    }

    private static String equality(JsonNode map) {
        return map.isEmpty() ? "" : Lines.joined(map);
    }

    /// `3 Running / 0 Waiting / 0 Succeeded / 0 Failed`.
    private static String podStatus(JsonNode owner, Surroundings surroundings) {
        var counts = new TreeMap<String, Integer>();
        children(owner, "/api/v1/namespaces/%s/pods", surroundings).forEach(pod -> counts.merge(pod.path("status").path("phase").asText(), 1, Integer::sum));
        return "%d Running / %d Waiting / %d Succeeded / %d Failed".formatted(counts.getOrDefault("Running", 0), counts.getOrDefault("Pending", 0),
                counts.getOrDefault("Succeeded", 0), counts.getOrDefault("Failed", 0));
    }

    private static void replicas(JsonNode set, Surroundings surroundings, Lines out) {
        var spec = set.path("spec");
        boolean controller = set.path("kind").asText().equals("ReplicationController");
        name(set, out);
        out.field(0, "Selector", controller ? Lines.joined(spec.path("selector")) : Lines.selector(spec.path("selector")));
        labels(set, out);
        if (!controller) {
            controlledBy(set, out);
        }
        out.field(0, "Replicas", set.path("status").path("replicas").asInt() + " current / " + spec.path("replicas").asInt() + " desired");
        out.field(0, "Pods Status", podStatus(set, surroundings));
        PodTemplates.describe(spec.path("template"), out);
        conditions(set, out);
        out.events(surroundings.events(set));
    }

    private static void statefulSet(JsonNode set, Surroundings surroundings, Lines out) {
        var spec = set.path("spec");
        name(set, out);
        created(set, out);
        out.field(0, "Selector", Lines.selector(spec.path("selector")));
        labels(set, out);
        out.field(0, "Replicas", spec.path("replicas").asInt() + " desired | " + set.path("status").path("replicas").asInt() + " total");
        out.field(0, "Update Strategy", spec.path("updateStrategy").path("type").asText());
        if (spec.path("updateStrategy").has("rollingUpdate")) {
            out.optional(1, "Partition", spec.path("updateStrategy").path("rollingUpdate").path("partition"));
            out.optional(1, "MaxUnavailable", spec.path("updateStrategy").path("rollingUpdate").path("maxUnavailable"));
        }
        out.field(0, "Pods Status", podStatus(set, surroundings));
        PodTemplates.describe(spec.path("template"), out);
        claims(spec.path("volumeClaimTemplates"), out);
        out.events(surroundings.events(set));
    }

    private static void claims(JsonNode templates, Lines out) {
        if (templates.isEmpty()) {
            out.field(0, "Volume Claims", "<none>");
            return;
        }
        out.add(0, "Volume Claims:");
        for (var claim : templates) {
            out.field(1, "Name", claim.path("metadata").path("name").asText());
            out.field(1, "StorageClass", claim.path("spec").path("storageClassName").asText(""));
            out.pairs(1, "Labels", claim.path("metadata").path("labels"));
            out.annotations(1, claim.path("metadata").path("annotations"));
            out.field(1, "Capacity", claim.path("spec").path("resources").path("requests").path("storage").asText("<default>"));
            out.field(1, "Access Modes", "[" + Lines.join(claim.path("spec").path("accessModes"), " ") + "]");
        }
    }

    private static void daemonSet(JsonNode set, Surroundings surroundings, Lines out) {
        var status = set.path("status");
        name(set, out);
        out.field(0, "Selector", Lines.selector(set.path("spec").path("selector")));
        out.field(0, "Node-Selector", Lines.joined(set.path("spec").path("template").path("spec").path("nodeSelector")));
        labels(set, out);
        out.add(0, "Desired Number of Nodes Scheduled: " + status.path("desiredNumberScheduled").asText("0"));
        out.add(0, "Current Number of Nodes Scheduled: " + status.path("currentNumberScheduled").asText("0"));
        out.add(0, "Number of Nodes Scheduled with Up-to-date Pods: " + status.path("updatedNumberScheduled").asText("0"));
        out.add(0, "Number of Nodes Scheduled with Available Pods: " + status.path("numberAvailable").asText("0"));
        out.add(0, "Number of Nodes Misscheduled: " + status.path("numberMisscheduled").asText("0"));
        out.field(0, "Pods Status", podStatus(set, surroundings));
        PodTemplates.describe(set.path("spec").path("template"), out);
        out.events(surroundings.events(set));
    }

    private static void job(JsonNode job, Surroundings surroundings, Lines out) {
        var spec = job.path("spec");
        var status = job.path("status");
        name(job, out);
        if (!spec.path("selector").isMissingNode()) {
            out.field(0, "Selector", Lines.selector(spec.path("selector")));
        }
        labels(job, out);
        controlledBy(job, out);
        out.optional(0, "Parallelism", spec.path("parallelism"));
        out.field(0, "Completions", spec.path("completions").asText("<unset>"));
        out.optional(0, "Completion Mode", spec.path("completionMode"));
        out.optional(0, "Suspend", spec.path("suspend"));
        out.field(0, "Backoff Limit", spec.path("backoffLimit").asText("0"));
        out.optional(0, "TTL Seconds After Finished", spec.path("ttlSecondsAfterFinished"));
        if (status.has("startTime")) {
            out.field(0, "Start Time", Lines.date(status.path("startTime")));
        }
        if (status.has("completionTime")) {
            out.field(0, "Completed At", Lines.date(status.path("completionTime")));
            out.field(0, "Duration", Lines.duration(Duration.between(Instant.parse(status.path("startTime").asText()), Instant.parse(status.path("completionTime").asText()))));
        }
        if (spec.has("activeDeadlineSeconds")) {
            out.field(0, "Active Deadline Seconds", spec.path("activeDeadlineSeconds").asText() + "s");
        }
        out.field(0, "Pods Statuses", status.path("active").asInt() + " Active" + (status.has("ready") ? " (" + status.path("ready").asInt() + " Ready)" : "") + " / " + status.path("succeeded").asInt() + " Succeeded / "
                + status.path("failed").asInt() + " Failed");
        if (spec.path("completionMode").asText().equals("Indexed")) {
            out.field(0, "Completed Indexes", status.path("completedIndexes").asText("").isEmpty() ? "<none>" : status.path("completedIndexes").asText());
        }
        PodTemplates.describe(spec.path("template"), out);
        out.events(surroundings.events(job));
    }

    private static void cronJob(JsonNode cron, Surroundings surroundings, Lines out) {
        var spec = cron.path("spec");
        var job = spec.path("jobTemplate").path("spec");
        name(cron, out);
        labels(cron, out);
        out.field(0, "Schedule", spec.path("schedule").asText());
        out.optional(0, "Time Zone", spec.path("timeZone"));
        out.field(0, "Concurrency Policy", spec.path("concurrencyPolicy").asText());
        out.field(0, "Suspend", Lines.title(spec.path("suspend").asBoolean()));
        out.field(0, "Successful Job History Limit", spec.path("successfulJobsHistoryLimit").asText("<unset>"));
        out.field(0, "Failed Job History Limit", spec.path("failedJobsHistoryLimit").asText("<unset>"));
        out.field(0, "Starting Deadline Seconds", spec.has("startingDeadlineSeconds") ? spec.path("startingDeadlineSeconds").asText() + "s" : "<unset>");
        out.field(0, "Selector", job.has("selector") ? Lines.selector(job.path("selector")) : "<unset>");
        out.field(0, "Parallelism", job.path("parallelism").asText("<unset>"));
        out.field(0, "Completions", job.path("completions").asText("<unset>"));
        if (job.has("activeDeadlineSeconds")) {
            out.field(0, "Active Deadline Seconds", job.path("activeDeadlineSeconds").asText() + "s");
        }
        PodTemplates.describe(job.path("template"), out);
        out.field(0, "Last Schedule Time", Lines.date(cron.path("status").path("lastScheduleTime")));
        var active = new ArrayList<String>();
        cron.path("status").path("active").forEach(reference -> active.add(reference.path("name").asText()));
        out.field(0, "Active Jobs", active.isEmpty() ? "<none>" : String.join(", ", active));
        out.events(surroundings.events(cron));
    }

    private static void budget(JsonNode budget, Surroundings surroundings, Lines out) {
        var status = budget.path("status");
        name(budget, out);
        if (budget.path("spec").has("minAvailable")) {
            out.field(0, "Min available", budget.path("spec").path("minAvailable").asText());
        } else {
            out.field(0, "Max unavailable", budget.path("spec").path("maxUnavailable").asText());
        }
        var selector = Lines.selector(budget.path("spec").path("selector"));
        out.field(0, "Selector", budget.path("spec").has("selector") ? selector : "<unset>");
        out.add(0, "Status:");
        out.field(2, "Allowed disruptions", status.path("disruptionsAllowed").asText("0"));
        out.field(2, "Current", status.path("currentHealthy").asText("0"));
        out.field(2, "Desired", status.path("desiredHealthy").asText("0"));
        out.field(2, "Total", status.path("expectedPods").asText("0"));
        out.events(surroundings.events(budget));
    }
}
