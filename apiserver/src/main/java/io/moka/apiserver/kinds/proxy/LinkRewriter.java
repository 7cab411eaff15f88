package io.moka.apiserver.kinds.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.request.Gzip;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// Rewrites the links of a proxied site to lead through the proxy: absolute paths and URLs in HTML attributes, and redirects.
/// A body that is longer than [#MAX_BYTES], or compressed otherwise than by gzip, is passed on unchanged.
public final class LinkRewriter implements AnswerFilter {
    private static final int MAX_BYTES = 2 * 1024 * 1024;
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
    public int longestBody(HttpClientResponse answer) {
        String type = answer.getHeader("Content-Type");
        String encoding = answer.getHeader("Content-Encoding");
        return type != null && type.startsWith("text/html") && (encoding == null || isGzip(encoding)) ? MAX_BYTES : 0;
    }

    private static boolean isGzip(String encoding) {
        return encoding.equalsIgnoreCase("gzip");
    }

    @Override
    public Buffer body(HttpClientResponse answer, Buffer body) {
        String encoding = answer.getHeader("Content-Encoding");
        return encoding != null && isGzip(encoding) ? zipped(body) : Buffer.buffer(rewritten(body.toString(UTF_8)));
    }

    /// Returns the body unchanged if it is not gzip's or becomes too long.
    private Buffer zipped(Buffer body) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
            byte[] page = in.readNBytes(MAX_BYTES + 1);
            return page.length > MAX_BYTES ? body : Buffer.buffer(Gzip.compress(rewritten(new String(page, UTF_8)).getBytes(UTF_8)));
        } catch (IOException e) {
            return body;
        }
    }

    private String rewritten(String page) {
        return LINK.matcher(page).replaceAll(link -> Matcher.quoteReplacement(link.group(1) + link(link.group(2))));
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
