package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `set`: changes one thing of an object.
@Command(name = "set", mixinStandardHelpOptions = true, description = "Change one thing of objects.", synopsisSubcommandLabel = "COMMAND")
final class SetCommand {

    @Command(name = "image", mixinStandardHelpOptions = true, description = "Change the images of containers.")
    int image(@Mixin Connection connection, @Parameters(paramLabel = "TYPE/NAME... CONTAINER=IMAGE...", arity = "1..*") List<String> arguments,
            @Option(names = {"-l", "--selector"}, paramLabel = "LABELS", description = "All whose labels match.") @Nullable String selector,
            @Option(names = "--all", description = "All objects of the type.") boolean all) throws IOException {
        var objects = new ArrayList<String>();
        var images = new LinkedHashMap<String, String>();
        for (var argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                images.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                objects.add(argument);
            }
        }
        if (images.isEmpty()) {
            throw new UsageException("at least one image update is required");
        }
        for (var target : Target.parse(connection, objects)) {
            if (!target.name().isEmpty()) {
                setImages(connection, target, connection.get(target.path(connection)), images);
            } else if (all || selector != null) {
                Map<String, String> query = selector == null ? Map.of() : Map.of("labelSelector", selector);
                for (var object : Output.items(connection.list(target.kind().path(connection.namespace()), query))) {
                    setImages(connection, new Target(target.kind(), object.path("metadata").path("name").asText()), object, images);
                }
            } else {
                throw new UsageException("resource(s) were provided, but no name was specified");
            }
        }
        return 0;
    }

    private static void setImages(Connection connection, Target target, JsonNode object, Map<String, String> images) {
        var path = podSpecPath(target.kind());
        var spec = object.path("spec");
        for (var step : path) {
            spec = spec.path(step);
        }
        var patch = imagePatch(spec, images);
        if (patch.isEmpty()) {
            return;
        }
        Object whole = patch;
        for (var step : path.reversed()) {
            whole = Map.of(step, whole);
        }
        connection.patch(target.path(connection), PatchType.STRATEGIC, Map.of("spec", whole));
        System.out.println(target + " image updated");
    }

    /// Where the pod's spec is, below `spec`.
    private static List<String> podSpecPath(Kind kind) {
        return switch (kind.type().kind()) {
            case "Pod" -> List.of();
            case "CronJob" -> List.of("jobTemplate", "spec", "template", "spec");
            case "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job" -> List.of("template", "spec");
            default -> throw new UsageException("the object is not a pod or does not have a pod template: " + kind.type().kind());
        };
    }

    /// The parts of a pod spec that change; empty where all containers have these images already.
    ///
    /// @param images by the containers' names; `*` for all of them
    static Map<String, Object> imagePatch(JsonNode spec, Map<String, String> images) {
        var patch = new LinkedHashMap<String, Object>();
        var unknown = new ArrayList<>(images.keySet());
        unknown.remove("*");
        for (var list : List.of("initContainers", "containers")) {
            var changed = new ArrayList<Map<String, String>>();
            for (var container : spec.path(list)) {
                var name = container.path("name").asText();
                unknown.remove(name);
                var image = images.getOrDefault(name, images.get("*"));
                if (image != null && !image.equals(container.path("image").asText())) {
                    changed.add(Map.of("name", name, "image", image));
                }
            }
            if (!changed.isEmpty()) {
                patch.put(list, changed);
            }
        }
        if (!unknown.isEmpty()) {
            throw new UsageException("unable to find container named \"" + unknown.getFirst() + "\"");
        }
        return patch;
    }
}
