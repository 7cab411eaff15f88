package io.moka.scheduler.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Profiles that are read from a KubeSchedulerConfiguration, and the errors of such a file.
class ConfigurationTest {

    private static final String HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

    @TempDir
    private Path folder;

    private Configuration read(String text) throws IOException {
        return Configuration.read(Files.writeString(folder.resolve("config.yaml"), text), "default-scheduler");
    }

    private static List<String> names(Profile profile) {
        return profile.plugins().stream().map(Plugin::name).distinct().toList();
    }

    @Test
    void profilesHavePluginsWeightsAndArguments() throws IOException {
        var configuration = read(HEAD + """
                percentageOfNodesToScore: 30
                podInitialBackoffSeconds: 2
                podMaxBackoffSeconds: 60
                leaderElection: {leaderElect: false}
                profiles:
                - schedulerName: default-scheduler
                - schedulerName: packing
                  percentageOfNodesToScore: 100
                  plugins:
                    score:
                      disabled: [{name: PodTopologySpread}, {name: ImageLocality}]
                      enabled: [{name: NodeResourcesFit, weight: 7}]
                  pluginConfig:
                  - name: NodeResourcesFit
                    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 3}]}}
                - schedulerName: bare
                  plugins:
                    multiPoint:
                      disabled: [{name: "*"}]
                      enabled: [{name: PrioritySort}, {name: NodeName}]
                """);
        assertEquals(Duration.ofSeconds(2), configuration.initialBackoff());
        assertEquals(Duration.ofSeconds(60), configuration.maxBackoff());
        var profiles = configuration.profiles().stream().map(spec -> spec.profile(Catalogs.catalog())).toList();
        assertEquals(List.of("default-scheduler", "packing", "bare"), profiles.stream().map(Profile::schedulerName).toList());
        assertEquals(names(Catalogs.profile()), names(profiles.getFirst()));
        assertEquals(List.of(30, 100, 30), profiles.stream().map(Profile::percentageOfNodesToScore).toList());
        var packing = profiles.get(1);
        assertTrue(!names(packing).contains("ImageLocality") && names(packing).contains("NodePorts"), names(packing)::toString);
        var fit = packing.at(Score.class).stream().filter(score -> score.name().equals("NodeResourcesFit")).findFirst().orElseThrow();
        assertTrue(packing.at(Filter.class).stream().anyMatch(filter -> filter.name().equals("PodTopologySpread")), "without its score, the filter stays");
        assertTrue(packing.at(Score.class).stream().noneMatch(score -> score.name().equals("PodTopologySpread")));
        assertEquals(7, packing.weight(fit));
        assertEquals(List.of("PrioritySort", "NodeName"), names(profiles.get(2)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "profiles: [{plugins: {filter: {enabled: [{name: Magic}]}}}] | there is no plugin \"Magic\"",
        "profiles: [{schedulerName: a}, {schedulerName: a}] | profiles: two have the same schedulerName",
        "profiles: [{plugins: {scoring: {}}}] | profiles[].plugins: there is no extension point \"scoring\"",
        "profiles: [{schedulerName: a, plugins: {queueSort: {disabled: [{name: '*'}]}}}] | profile a: one queueSort plugin is required",
        "percentageOfNodesToScore: 101 | percentageOfNodesToScore must be from 0 to 100",
        "podInitialBackoffSeconds: 20 | podInitialBackoffSeconds must be positive, podMaxBackoffSeconds not below it",
        "profiles: [{}, {}] | profiles: two have the same schedulerName",
        "percentageOfNodesToScore: -1 | percentageOfNodesToScore must be from 0 to 100",
        "profiles: [{percentageOfNodesToScore: 200}] | percentageOfNodesToScore must be from 0 to 100",
        "podInitialBackoffSeconds: 0 | podInitialBackoffSeconds must be positive, podMaxBackoffSeconds not below it",
        "podMaxBackoffSeconds: 0 | podInitialBackoffSeconds must be positive, podMaxBackoffSeconds not below it",
        "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: RequestedToCapacityRatio}}}]}] | scoringStrategy.requestedToCapacityRatio.shape: at least one point is required",
        "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [{utilization: 50, score: 1}, {utilization: 50, score: 2}]}}}}]}] | scoringStrategy.requestedToCapacityRatio.shape: utilization values must be in increasing order",
        "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: Best}}}]}] | scoringStrategy.type: \"Best\" is not LeastAllocated, MostAllocated or RequestedToCapacityRatio"})
    void whatIsWrongIsNamed(String text, String message) {
        var refused = assertThrows(IllegalArgumentException.class, () -> read(HEAD + text).profiles().forEach(spec -> spec.profile(Catalogs.catalog())));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void anotherKindOfFileIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> read("kind: Pod\napiVersion: v1\n"));
    }

    private static String weights(Profile profile) {
        return String.join(" ", profile.at(Score.class).stream().map(score -> score.name() + "=" + profile.weight(score)).sorted().toList());
    }

    /// Upstream documents the weights of its default plugins.
    @Test
    void withoutAWordAWeightIsUpstreams() throws IOException {
        assertEquals("ImageLocality=1 InterPodAffinity=2 NodeAffinity=2 NodeResourcesBalancedAllocation=1 NodeResourcesFit=1 PodTopologySpread=2 TaintToleration=3",
                weights(read(HEAD).profiles().getFirst().profile(Catalogs.catalog())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            score: {enabled: [{name: ImageLocality, weight: 9}]}                                                                     | 9
            multiPoint: {enabled: [{name: ImageLocality, weight: 9}]}                                                                | 9
            '{multiPoint: {enabled: [{name: ImageLocality, weight: 9}]}, score: {enabled: [{name: ImageLocality, weight: 4}]}}'      | 4
            score: {enabled: [{name: ImageLocality}]}                                                                                | 1
            '{score: {disabled: [{name: "*"}], enabled: [{name: ImageLocality, weight: 3}]}}'                                        | 3
            """)
    void theWeightOfTheExtensionPointGoesFirst(String plugins, int weight) throws IOException {
        var text = plugins.startsWith("{") ? plugins : "{" + plugins + "}";
        var profile = read(HEAD + "profiles: [{plugins: " + text + "}]\n").profiles().getFirst().profile(Catalogs.catalog());
        var images = profile.at(Score.class).stream().filter(score -> score.name().equals("ImageLocality")).findFirst().orElseThrow();
        assertEquals(weight, profile.weight(images));
        assertEquals(plugins.contains("*") ? 1 : 7, profile.at(Score.class).size());
    }

    @Test
    void whatIsNotSaidIsTheDefault() throws IOException {
        var configuration = read(HEAD + "parallelism: 16\n");
        assertEquals(Configuration.defaults("default-scheduler"), configuration);
        assertEquals("default-scheduler", read(HEAD + "profiles: [{percentageOfNodesToScore: 5}]\n").profiles().getFirst().schedulerName());
    }
}
