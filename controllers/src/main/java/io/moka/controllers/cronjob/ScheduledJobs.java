package io.moka.controllers.cronjob;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Owners;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds the job for one scheduled time. The time is part of the job's name, so that there is at most one job for it.
final class ScheduledJobs {

    static final String SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final DateTimeFormatter RFC_3339 = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX");

    private ScheduledJobs() {
    }

    static String name(CronJob cronJob, Instant due) {
        return cronJob.getMetadata().getName() + "-" + due.getEpochSecond() / 60;
    }

    static Job create(CronJob cronJob, Instant due, ZoneId localZone) {
        var template = cronJob.getSpec().getJobTemplate();
        var metadata = template.getMetadata();
        var zone = cronJob.getSpec().getTimeZone() == null ? localZone : ZoneId.of(cronJob.getSpec().getTimeZone());
        var annotations = copy(metadata == null ? null : metadata.getAnnotations());
        annotations.put(SCHEDULED_AT, RFC_3339.format(due.atZone(zone)));
        return new JobBuilder()
                .withNewMetadata()
                .withName(name(cronJob, due)).withNamespace(cronJob.getMetadata().getNamespace())
                .withLabels(copy(metadata == null ? null : metadata.getLabels())).withAnnotations(annotations)
                .withOwnerReferences(Owners.controlledBy(cronJob))
                .endMetadata()
                .withSpec(Json.copy(template.getSpec()))
                .build();
    }

    /// The time that the job was started for; null for a job that no schedule started.
    static @Nullable Instant due(Job job) {
        var annotations = job.getMetadata().getAnnotations();
        try {
            return annotations == null || annotations.get(SCHEDULED_AT) == null ? null : OffsetDateTime.parse(annotations.get(SCHEDULED_AT)).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /// The job as `status.active` names it.
    static ObjectReference reference(Job job) {
        return new ObjectReferenceBuilder().withApiVersion("batch/v1").withKind("Job").withNamespace(job.getMetadata().getNamespace())
                .withName(job.getMetadata().getName()).withUid(job.getMetadata().getUid()).withResourceVersion(job.getMetadata().getResourceVersion()).build();
    }

    private static Map<String, String> copy(@Nullable Map<String, String> map) {
        return map == null ? new LinkedHashMap<>() : new LinkedHashMap<>(map);
    }
}
