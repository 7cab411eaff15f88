package io.moka.apiserver.extension.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.core.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;

/// Reads the answers of webhooks up to a maximum size, and describes their errors in the words of upstream's client.
final class WebhookAnswer {
    static final int MAX_BYTES = 16 * 1024 * 1024;

    private WebhookAnswer() {}

    /// Returns the body of an answer with code 200.
    static Future<Buffer> read(HttpClientResponse response) {
        Promise<Buffer> body = Promise.promise();
        Buffer collected = Buffer.buffer();
        response.exceptionHandler(body::tryFail);
        response.endHandler(end -> {
            if (response.statusCode() == 200) {
                body.tryComplete(collected);
            } else {
                body.tryFail(new UnreachableException(message(response.statusCode(), collected)));
            }
        });
        response.handler(part -> {
            if (collected.length() + part.length() > MAX_BYTES) {
                body.tryFail(new UnreachableException("the answer has more than " + MAX_BYTES + " bytes"));
                response.request().reset();
            } else {
                collected.appendBuffer(part);
            }
        });
        return body.future();
    }

    private static String message(int code, Buffer body) {
        String status = statusMessage(body);
        if (!status.isEmpty()) {
            return status;
        }
        return switch (code) {
            case 400 -> "the server rejected our request for an unknown reason";
            case 401 -> "the server has asked for the client to provide credentials";
            case 403 -> text(body).isEmpty() ? "unknown" : text(body);
            case 404 -> "the server could not find the requested resource";
            case 405 -> "the server does not allow this method on the requested resource";
            case 409 -> "the server reported a conflict";
            case 422 -> "the server rejected our request due to an error in our request";
            case 429 -> "the server has received too many requests and has asked us to try again later";
            case 503 -> "the server is currently unable to handle the request";
            case 504 -> "the server was unable to return a response in the time allotted, but may still be processing the request";
            default -> code >= 500
                    ? "an error on the server (" + TextNode.valueOf(text(body).isEmpty() ? "unknown" : text(body)) + ") has prevented the request from succeeding"
                    : "the server responded with the status code " + code + " but did not return more information";
        };
    }

    /// Returns the beginning of a body, on one line.
    private static String text(Buffer body) {
        return body.getString(0, Math.min(body.length(), 2048)).replaceAll("\\p{Cntrl}+", " ").strip();
    }

    /// Returns the message of a `Status` in the body; empty when the body is no `Status`.
    private static String statusMessage(Buffer body) {
        try {
            JsonNode status = Json.MAPPER.readTree(body.getBytes());
            return Json.text(status, "kind").equals("Status") ? Json.text(status, "message") : "";
        } catch (IOException plainText) {
            return "";
        }
    }

    /// Returns the reason why there was no answer.
    static String describe(Throwable failure, RequestOptions target) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertPathBuilderException ignored -> {
                    return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
                }
                case CertificateException wrong -> {
                    // the JDK throws the class itself only for a certificate of another host, and subclasses for invalid certificates
                    if (wrong.getClass() == CertificateException.class) {
                        return "tls: failed to verify certificate: x509: certificate is not valid for " + target.getHost();
                    }
                }
                case ConnectException ignored -> {
                    String address = target.getServer() == null ? target.getHost() + ":" + target.getPort() : target.getServer().toString();
                    return "dial tcp " + address + ": connect: connection refused";
                }
                case UnknownHostException ignored -> {
                    return "dial tcp: lookup " + target.getHost() + ": no such host";
                }
                default -> { }
            }
        }
        return String.valueOf(failure.getMessage());
    }
}
