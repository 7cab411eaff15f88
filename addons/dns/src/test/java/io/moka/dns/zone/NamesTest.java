package io.moka.dns.zone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.dns.cluster.FixedView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// The questions of `questions.txt`, asked of the objects of `cluster.yaml`.
class NamesTest {

    private static final Name DOMAIN = Name.fromConstantString("cluster.local.");
    private final Names names = new Names(DOMAIN, FixedView.read(NamesTest.class, "cluster.yaml"));

    static List<String> questions() throws IOException {
        try (var file = Objects.requireNonNull(NamesTest.class.getResourceAsStream("questions.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.replace("$Z", "svc.cluster.local").replace("$C", "cluster.local")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("questions")
    void answersAsTheSpecificationSays(String line) throws TextParseException {
        var halves = line.split(" = ", 2);
        var question = halves[0].split(" ");

        assertEquals(halves[1], describe(look(question[0], question[1])));
    }

    private Names.Lookup look(String name, String type) throws TextParseException {
        return names.look(Name.fromString(name, Name.root), Type.value(type));
    }

    private static String describe(Names.Lookup lookup) {
        var aliases = lookup.aliases().stream().map(alias -> data(alias) + " > ").collect(Collectors.joining());
        return aliases + switch (lookup.last()) {
            case Answer.Found found -> join(found.records().stream().map(NamesTest::data))
                    + (found.additional().isEmpty() ? "" : " + " + join(found.additional().stream().map(record -> record.getName().toString(true) + " " + data(record))));
            case Answer.NoData none -> "NODATA";
            case Answer.NoName none -> "NXDOMAIN";
            case Answer.Outside outside -> "OUTSIDE " + outside.name().toString(true);
            case Answer.Broken broken -> "SERVFAIL";
            case Answer.Alias alias -> throw new AssertionError(alias);
        };
    }

    private static String join(Stream<String> parts) {
        return parts.sorted().collect(Collectors.joining(", "));
    }

    private static String data(Record record) {
        var text = record instanceof SOARecord soa ? soa.getHost() + " " + soa.getAdmin() : record.rdataToString();
        return Type.string(record.getType()) + " " + text.replaceAll("\\.(?= |$)", "");
    }

    @Test
    void thereAreEnoughQuestions() throws IOException {
        assertTrue(questions().size() >= 120, questions().size() + " questions");
    }

    @Test
    void externalNamesThatLeadInACircleFail() throws TextParseException {
        assertTrue(look("loop-a.shop.svc.cluster.local", "A").last() instanceof Answer.Broken);
    }

    @Test
    void theQuestionsCaseIsKept() throws TextParseException {
        var found = (Answer.Found) look("Web.SHOP.svc.Cluster.local", "A").last();
        assertEquals("Web.SHOP.svc.Cluster.local.", found.records().getFirst().getName().toString());
    }

    @Test
    void aNegativeAnswerNamesItsZoneAndTheReasonItsObject() throws TextParseException {
        var none = (Answer.NoData) look("1.0.96.10.in-addr.arpa", "A").last();
        assertEquals("in-addr.arpa.", none.zone().toString());
        assertEquals("default/kubernetes", none.reason().object().getMetadata().getNamespace() + "/" + none.reason().object().getMetadata().getName());
        assertEquals(5, names.authority(none.zone()).getMinimum());
        assertEquals(DOMAIN, ((Answer.NoName) look("nothing.shop.svc.cluster.local", "A").last()).zone());
    }
}
