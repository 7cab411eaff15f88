package io.moka.kubectl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `create job`: runs a command to its end, or a cron job's job now.
@Command(name = "job", mixinStandardHelpOptions = true, description = "Create a job.")
final class CreateJob implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Creation creation = new Creation();

    @Parameters(index = "0", paramLabel = "NAME")
    private String name = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
    private List<String> command = List.of();

    @Option(names = "--image", paramLabel = "IMAGE", description = "Image to run.")
    private @Nullable String image;

    @Option(names = "--from", paramLabel = "cronjob/NAME", description = "Take the job from this cron job.")
    private @Nullable String from;

    @Override
    public Integer call() throws IOException {
        if ((image == null) == (from == null)) {
            throw new UsageException("either --image or --from must be specified");
        }
        if (from != null && !command.isEmpty()) {
            throw new UsageException("cannot specify --from and command");
        }
        creation.create(connection, from == null ? ofImage() : ofCronJob(from));
        return 0;
    }

    private ObjectNode ofImage() {
        return (ObjectNode) Json.tree(Map.of("apiVersion", "batch/v1", "kind", "Job", "metadata", Map.of("name", name),
                "spec", Map.of("template", Map.of("spec", podSpec(name, String.valueOf(image), command, "Never")))));
    }

    static Map<String, Object> podSpec(String name, String image, List<String> command, String restartPolicy) {
        var container = new LinkedHashMap<String, Object>(Map.of("name", name, "image", image));
        if (!command.isEmpty()) {
            container.put("command", command);
        }
        return Map.of("containers", List.of(container), "restartPolicy", restartPolicy);
    }

    private ObjectNode ofCronJob(String source) {
        var target = Target.one(connection, List.of(source));
        if (!target.kind().type().kind().equals("CronJob")) {
            throw new UsageException("from must be an existing cronjob");
        }
        return manual(connection.get(target.path(connection)), name);
    }

    /// The cron job's job, marked as started by hand, and owned by the cron job.
    static ObjectNode manual(ObjectNode cronJob, String name) {
        var template = cronJob.path("spec").path("jobTemplate");
        var job = Json.mapper().createObjectNode().put("apiVersion", "batch/v1").put("kind", "Job");
        var metadata = job.putObject("metadata").put("name", name);
        var annotations = metadata.putObject("annotations").put("cronjob.kubernetes.io/instantiate", "manual");
        template.path("metadata").path("annotations").properties().forEach(entry -> annotations.set(entry.getKey(), entry.getValue()));
        if (!template.path("metadata").path("labels").isEmpty()) {
            metadata.set("labels", template.path("metadata").path("labels"));
        }
        metadata.putArray("ownerReferences").addObject().put("apiVersion", "batch/v1").put("kind", "CronJob")
                .put("name", cronJob.path("metadata").path("name").asText()).put("uid", cronJob.path("metadata").path("uid").asText())
                .put("controller", true).put("blockOwnerDeletion", true);
        job.set("spec", template.path("spec"));
        return job;
    }
}
