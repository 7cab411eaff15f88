package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.status.ApiException;
import java.io.IOException;
import java.util.Base64;

/// The position at which the next page of a list begins, and the revision of all its pages.
///
/// @param revision the list's revision; [#NOW] for a list that continues with the present state
/// @param startKey the first key of the next page
record ContinueToken(long revision, String startKey) {
    static final long NOW = -1;
    private static final String VERSION = "meta.k8s.io/v1";

    String encode() {
        byte[] json = Json.write(Json.object().put("v", VERSION).put("rv", revision).put("start", startKey));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    static ContinueToken decode(String token) {
        try {
            JsonNode node = Json.MAPPER.readTree(new String(Base64.getUrlDecoder().decode(token), UTF_8));
            if (node.path("v").asText().equals(VERSION) && node.path("rv").isIntegralNumber() && node.path("start").isTextual()
                    && !node.path("start").asText().contains("..")) {
                return new ContinueToken(node.path("rv").asLong(), node.path("start").asText());
            }
        } catch (IllegalArgumentException | IOException malformed) {
            throw invalid();
        }
        throw invalid();
    }

    private static ApiException invalid() {
        return ApiException.badRequest("continue key is not valid: encoded continue field is not valid");
    }
}
