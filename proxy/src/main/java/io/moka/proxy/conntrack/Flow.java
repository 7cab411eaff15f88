package io.moka.proxy.conntrack;

import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// A flow of UDP packets: the address that the client sends to, and the endpoint that answers. Without an endpoint both are the same.
record Flow(Endpoint spokenTo, Endpoint answerer) {

    private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

    static {
        XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    }

    /// The kernel's present UDP flows, each way once.
    static Set<Flow> list(IpFamily family, Tools tools) throws IOException {
        var answer = tools.read(List.of("conntrack", "-L", "-f", word(family), "-p", "udp", "-o", "xml"));
        try {
            return answer.isBlank() ? Set.of() : read(XML.createXMLStreamReader(new StringReader(answer)));
        } catch (XMLStreamException e) {
            throw new IOException("conntrack's answer cannot be read: " + e.getMessage(), e);
        }
    }

    /// Each `flow` has a `meta` for each direction, with `src`, `dst`, `sport` and `dport` in it.
    private static Set<Flow> read(XMLStreamReader xml) throws XMLStreamException {
        var flows = new LinkedHashSet<Flow>();
        Map<String, String> fields = new HashMap<>();
        var direction = "";
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "meta" -> direction = xml.getAttributeValue(null, "direction") + " ";
                    case "src", "dst", "sport", "dport" -> fields.put(direction + xml.getLocalName(), xml.getElementText());
                    default -> { }
                }
            } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("flow")) {
                flows.add(new Flow(endpoint(fields, "original dst", "original dport"), endpoint(fields, "reply src", "reply sport")));
                fields.clear();
            }
        }
        return flows;
    }

    private static Endpoint endpoint(Map<String, String> fields, String address, String port) {
        return new Endpoint(fields.getOrDefault(address, ""), Integer.parseInt(fields.getOrDefault(port, "0")));
    }

    /// Deletes all flows that take this way. That there are none (status 1) is fine: they may have ended meanwhile.
    void delete(IpFamily family, Tools tools) throws IOException {
        tools.run(List.of("conntrack", "-D", "-f", word(family), "-p", "udp",
                "--orig-dst", spokenTo.address(), "--orig-port-dst", Integer.toString(spokenTo.port()),
                "--reply-src", answerer.address(), "--reply-port-src", Integer.toString(answerer.port())), "");
    }

    private static String word(IpFamily family) {
        return family == IpFamily.IPV4 ? "ipv4" : "ipv6";
    }
}
