package io.moka.kubectl;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `create cronjob`: runs a command again and again, by a schedule.
@Command(name = "cronjob", aliases = "cj", mixinStandardHelpOptions = true, description = "Create a cron job.")
final class CreateCronJob implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Creation creation = new Creation();

    @Parameters(index = "0", paramLabel = "NAME")
    private String name = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
    private List<String> command = List.of();

    @Option(names = "--image", paramLabel = "IMAGE", required = true, description = "Image to run.")
    private String image = "";

    @Option(names = "--schedule", paramLabel = "SCHEDULE", required = true, description = "When, in five fields: minute, hour, day, month, weekday.")
    private String schedule = "";

    @Option(names = "--restart", paramLabel = "POLICY", defaultValue = "OnFailure", description = "OnFailure or Never (${DEFAULT-VALUE}).")
    private String restart = "OnFailure";

    @Override
    public Integer call() throws IOException {
        return creation.create(connection, Map.of("apiVersion", "batch/v1", "kind", "CronJob", "metadata", Map.of("name", name),
                "spec", Map.of("schedule", schedule, "jobTemplate", Map.of("metadata", Map.of("name", name),
                        "spec", Map.of("template", Map.of("spec", CreateJob.podSpec(name, image, command, restart)))))));
    }
}
