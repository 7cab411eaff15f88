package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.moka.machinery.client.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Computes the hash of a pod template: equal templates have equal hashes, and the hash is a label of the pods of the template.
final class TemplateHash {

    static final String LABEL = "pod-template-hash";
    /// The characters of a hash: no vowels, so that no hash is a word, and no characters that look alike.
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private TemplateHash() {
    }

    /// @param collisions how often another template had the same hash
    static String of(PodTemplateSpec template, @Nullable Integer collisions) {
        var sum = new CRC32C();
        sum.update(Json.mapper().valueToTree(template).toString().getBytes(StandardCharsets.UTF_8));
        sum.update(Integer.toString(collisions == null ? 0 : collisions).getBytes(StandardCharsets.UTF_8));
        var digits = Long.toString(sum.getValue());
        var hash = new StringBuilder();
        digits.chars().forEach(digit -> hash.append(ALPHABET.charAt(digit % ALPHABET.length())));
        return hash.toString();
    }

    /// Whether two templates are the same but for the hash label.
    static boolean same(PodTemplateSpec a, PodTemplateSpec b) {
        return Objects.equals(a.getSpec(), b.getSpec()) && withoutHash(a.getMetadata().getLabels()).equals(withoutHash(b.getMetadata().getLabels()))
                && plain(a.getMetadata().getAnnotations()).equals(plain(b.getMetadata().getAnnotations()));
    }

    private static Map<String, String> withoutHash(@Nullable Map<String, String> labels) {
        var others = new TreeMap<>(plain(labels));
        others.remove(LABEL);
        return others;
    }

    private static Map<String, String> plain(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
