package io.moka.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.core.schema.Problems;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;

/// Validates the `clientConfig` of a webhook: its URL or service, and its CA bundle.
record ClientConfigRules(Problems problems) {
    private static final String FORM = "; desired format: https://host[/path]";

    void check(JsonNode config, FieldPath path) {
        boolean url = Json.present(config, "url") != null;
        boolean service = config.path("service").isObject();
        if (url == service) {
            problems.required(path, "exactly one of url or service is required");
        } else if (url) {
            checkUrl(Json.text(config, "url"), path.child("url"));
        } else {
            checkService(config.path("service"), path.child("service"));
        }
        checkBundle(Json.text(config, "caBundle"), path.child("caBundle"));
    }

    private void checkUrl(String text, FieldPath path) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException malformed) {
            problems.required(path, "url must be a valid URL: " + malformed.getMessage() + FORM);
            return;
        }
        if (!"https".equals(url.getScheme())) {
            problems.invalid(path, url.getScheme() == null ? "" : url.getScheme(), "'https' is the only allowed URL scheme" + FORM);
        }
        if (url.getHost() == null) {
            problems.invalid(path, "", "host must be specified" + FORM);
        }
        if (url.getRawUserInfo() != null) {
            problems.invalid(path, url.getRawUserInfo(), "user information is not permitted in the URL");
        }
        if (url.getRawFragment() != null && !url.getRawFragment().isEmpty()) {
            problems.invalid(path, url.getRawFragment(), "fragments are not permitted in the URL");
        }
        if (url.getRawQuery() != null && !url.getRawQuery().isEmpty()) {
            problems.invalid(path, url.getRawQuery(), "query parameters are not permitted in the URL");
        }
    }

    private void checkService(JsonNode service, FieldPath path) {
        if (Json.text(service, "name").isEmpty()) {
            problems.required(path.child("name"), "service name is required");
        }
        if (Json.text(service, "namespace").isEmpty()) {
            problems.required(path.child("namespace"), "service namespace is required");
        }
        String target = Json.text(service, "path");
        if (target.isEmpty() || target.equals("/")) {
            return;
        }
        if (!target.startsWith("/")) {
            problems.invalid(path.child("path"), target, "must start with a '/'");
            return;
        }
        String[] segments = target.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].isEmpty()) {
                if (i < segments.length - 1) {
                    problems.invalid(path.child("path"), target, "segment[" + i + "] may not be empty");
                }
                continue;
            }
            for (String problem : Names.dns1123Subdomain(segments[i])) {
                problems.invalid(path.child("path"), target, "segment[" + i + "]: " + problem);
            }
        }
    }

    /// Checks the bundle when it is written, since one that cannot be read would only be noticed when the webhook is called.
    private void checkBundle(String bundle, FieldPath path) {
        if (bundle.isEmpty()) {
            return;
        }
        try {
            Base64.getDecoder().decode(bundle);
        } catch (IllegalArgumentException malformed) {
            problems.invalid(path, bundle, "must be base64");
        }
    }
}
