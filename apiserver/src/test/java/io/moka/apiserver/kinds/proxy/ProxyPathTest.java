package io.moka.apiserver.kinds.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moka.apiserver.core.request.RequestInfo;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxyPathTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/api/v1/namespaces/n/pods/proxy-pp:160/proxy/ | pods | 6",
        "/api/v1/namespaces/proxy/pods/proxy/proxy/proxy/a | pods | 6",
        "/api/v1/namespaces/pods/services/https:proxyx:443/proxy | services | 6",
        "/api//v1/nodes/proxy-1:10250/proxy/proxy?x | nodes | 4",
        "/api/v1/watch/namespaces/n/pods/proxypod/proxy/x | pods | 7",
    })
    void theSubresourceIsFoundByItsPlace(String url, String resource, int place) {
        String path = url.split("\\?")[0];
        List<String> parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
        RequestInfo info = new RequestInfo(true, path, "get", "api", "", "v1", "", resource, "", "proxy", parts.subList(place + 1, parts.size()));
        int end = ProxyPath.endOfSubresource(path, info);
        assertEquals("proxy", path.substring(0, end).substring(path.substring(0, end).lastIndexOf('/') + 1));
        assertEquals(String.join("/", parts.subList(place + 1, parts.size())), path.substring(end).replaceAll("^/|/$", ""));
    }
}
