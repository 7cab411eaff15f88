package io.moka.kubelet.runtime;

import java.util.regex.Pattern;

/// Extracts Docker's own message from docker-java's exceptions.
final class DockerErrors {

    private static final Pattern BODY = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private DockerErrors() {
    }

    static String message(Throwable failure) {
        var text = String.valueOf(failure.getMessage());
        var body = BODY.matcher(text);
        return body.find() ? body.group(1).replace("\\\"", "\"").replace("\\n", " ") : text;
    }
}
