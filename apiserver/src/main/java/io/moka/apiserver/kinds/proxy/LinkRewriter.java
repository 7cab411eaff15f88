package io.moka.apiserver.kinds.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rewrites the links of a proxied site to lead through the proxy: absolute paths and URLs in HTML attributes, and redirects.
/// A body that is compressed, or longer than [#MAX_BYTES], is passed on unchanged.
public final class LinkRewriter implements AnswerFilter {
    private static final long MAX_BYTES = 2 * 1024 * 1024;
    private static final Pattern LINK = Pattern.compile(
            "(?i)(<[a-z][^<>]*?\\s(?:href|src|action|cite|background|longdesc|codebase|usemap|poster|data|formaction|icon|manifest|profile)\\s*=\\s*[\"']?)(/[^\"'\\s>]*|https?://[^\"'\\s>]*)");

    private final String prefix;
    private final String host;

    /// @param prefix the path at which the site is proxied, without a slash at its end
    /// @param host the site's own `host:port`
    public LinkRewriter(String prefix, String host) {
        this.prefix = prefix;
        this.host = host;
    }

    @Override
    public String header(String name, String value) {
        return name.equalsIgnoreCase("Location") ? link(value) : value;
    }

    @Override
    public boolean rewrites(HttpClientResponse answer) {
        String type = answer.getHeader("Content-Type");
        String length = answer.getHeader("Content-Length");
        return type != null && type.startsWith("text/html") && answer.getHeader("Content-Encoding") == null
                && length != null && length.length() < 10 && Long.parseLong(length) <= MAX_BYTES;
    }

    @Override
    public Buffer body(Buffer body) {
        Matcher links = LINK.matcher(body.toString(UTF_8));
        return Buffer.buffer(links.replaceAll(link -> Matcher.quoteReplacement(link.group(1) + link(link.group(2)))));
    }

    private String link(String url) {
        if (url.startsWith("//")) {
            return url;
        }
        if (url.startsWith("/")) {
            return url.startsWith(prefix + "/") ? url : prefix + url;
        }
        try {
            URI parsed = URI.create(url);
            return host.equals(parsed.getRawAuthority()) ? prefix + url.substring(url.indexOf(host) + host.length()) : url;
        } catch (IllegalArgumentException notAUrl) {
            return url;
        }
    }
}
