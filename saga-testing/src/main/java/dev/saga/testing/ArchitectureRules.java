package dev.saga.testing;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.springframework.context.SmartLifecycle;

/** The architecture rules, the same for every module; each rule gives its reason. */
public final class ArchitectureRules {
    private static final Pattern SUFFIX = Pattern.compile(".*(Impl|Utils?|Helper|Manager|Dto)$|^Abstract.*");

    private static final String[] KIT = {
        "dev.saga.event..", "dev.saga.delivery..", "dev.saga.web..", "dev.saga.local..", "dev.saga.testing.."
    };
    /** Everything of ours that is not the kit. */
    private static final DescribedPredicate<JavaClass> SHOP =
            resideInAPackage("dev.saga..").and(not(resideInAnyPackage(KIT)));

    private static final DescribedPredicate<JavaClass> SERVICES =
            SHOP.and(not(resideInAnyPackage("dev.saga.events..", "dev.saga.lab..")));

    /** Types of the delivery that a service may use, in addition to all types of {@code sql..} and {@code work}. */
    private static final Set<String> SERVICE_FACING = Set.of(
            "EventHandler",
            "Handled",
            "HeldSagas",
            "OutgoingEvent",
            "Outbox",
            "OutboxDepth",
            "StateCodec",
            "StateReader",
            "StateReaders",
            "StateRecord",
            "EventLog",
            "Pruning",
            "DeliveryProperties",
            "Spans",
            "CatchUp");

    private static final Set<String> CODEC = Set.of("EventCodec", "EventJson", "StateCodec");

    private ArchitectureRules() {}

    /**
     * Returns one test per rule. Each test covers all main classes below a package of this module's class path.
     *
     * @param basePackage for instance {@code dev.saga.order}
     */
    public static Stream<DynamicTest> tests(String basePackage) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(basePackage)
                .that(not(resideInAPackage("dev.saga.testing..")));
        return rules().entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(),
                        () -> rule.getValue().allowEmptyShould(true).check(classes)));
    }

    private static Map<String, ArchRule> rules() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("kitDoesNotDependOnShop", kitDoesNotDependOnShop());
        rules.put("servicesUseOnlyServiceFacingTypes", servicesUseOnlyServiceFacingTypes());
        rules.put("servicesDoNotSeeEachOther", servicesDoNotSeeEachOther());
        rules.put("theDomainIsPureJava", theDomainIsPureJava());
        rules.put("kafkaIsInOnePackage", kafkaIsInOnePackage());
        rules.put("jsonIsAtTheEdges", jsonIsAtTheEdges());
        rules.put("chainsAreSubscribedInLifecycles", chainsAreSubscribedInLifecycles());
        rules.put("transactionsAreWrittenOut", transactionsAreWrittenOut());
        rules.put("namesAreDomainWords", namesAreDomainWords());
        rules.put("timeAndIdsAreInjected", timeAndIdsAreInjected());
        rules.put("packagesHaveNoCycles", packagesHaveNoCycles());
        return rules;
    }

    private static ArchRule kitDoesNotDependOnShop() {
        return noClasses()
                .that()
                .resideInAnyPackage(KIT)
                .should()
                .dependOnClassesThat(SHOP)
                .because("other services are built from the kit");
    }

    private static ArchRule servicesUseOnlyServiceFacingTypes() {
        return noClasses()
                .that(SERVICES)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.saga.delivery..")
                        .and(not(resideInAnyPackage(
                                "dev.saga.delivery.audit", "dev.saga.delivery.sql..", "dev.saga.delivery.work")))
                        .and(not(describe("a service-facing type", type -> SERVICE_FACING.contains(outermost(type))))))
                .because("the internals of the delivery can change without a change to the services");
    }

    private static String outermost(JavaClass type) {
        String name = type.getName();
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return simple.contains("$") ? simple.substring(0, simple.indexOf('$')) : simple;
    }

    private static ArchRule servicesDoNotSeeEachOther() {
        return slices().matching("dev.saga.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(not(SERVICES), alwaysTrue())
                .ignoreDependency(alwaysTrue(), not(SERVICES))
                .because("services share events and nothing else");
    }

    private static ArchRule theDomainIsPureJava() {
        return classes()
                .that()
                .resideInAnyPackage("..domain..", "dev.saga.event..", "dev.saga.events..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "dev.saga.event..", "dev.saga.events..", "..domain..")
                .because("the domain decides from its arguments alone");
    }

    private static ArchRule kafkaIsInOnePackage() {
        return noClasses()
                .that()
                .resideOutsideOfPackages("dev.saga.delivery..", "dev.saga.lab..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("reactor.kafka..", "org.apache.kafka..")
                .because("Kafka can be replaced in one module");
    }

    private static ArchRule jsonIsAtTheEdges() {
        return noClasses()
                .that(not(resideInAnyPackage("..http..", "dev.saga.web..", "dev.saga.lab..")
                        .or(describe("the codec", type -> CODEC.contains(outermost(type))))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .because("only the edges of a service read and write JSON");
    }

    private static ArchRule chainsAreSubscribedInLifecycles() {
        return classes()
                .should(callReactiveOnlyInLifecycles())
                .because("elsewhere, a blocked or detached chain loses its errors");
    }

    private static ArchRule transactionsAreWrittenOut() {
        return noClasses()
                .should()
                .beAnnotatedWith("org.springframework.transaction.annotation.Transactional")
                .because("transaction boundaries are explicit in the code");
    }

    private static ArchRule namesAreDomainWords() {
        return classes().should(haveADomainName()).because("names use the words of the domain");
    }

    private static ArchRule timeAndIdsAreInjected() {
        return noClasses()
                .that()
                .resideOutsideOfPackages("dev.saga.lab..", "dev.saga.local..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .accessField(System.class, "out")
                .because("time and ids are injected, and output goes to the log");
    }

    private static ArchRule packagesHaveNoCycles() {
        return slices().matching("dev.saga.(**)")
                .should()
                .beFreeOfCycles()
                .because("packages can be read from the top down");
    }

    private static ArchCondition<JavaClass> callReactiveOnlyInLifecycles() {
        return new ArchCondition<>("call subscribe() in start() and stop() and block() in stop() only") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaCall<?> call : type.getMethodCallsFromSelf()) {
                    String name = call.getTarget().getName();
                    boolean reactive = call.getTargetOwner().getPackageName().startsWith("reactor.core.publisher");
                    Set<String> homes = name.startsWith("block")
                            ? Set.of("stop")
                            : name.equals("subscribe") ? Set.of("start", "stop") : Set.of();
                    if (!reactive || homes.isEmpty() || type.getPackageName().startsWith("dev.saga.lab")) {
                        continue;
                    }
                    boolean allowed = type.isAssignableTo(SmartLifecycle.class)
                            && homes.contains(call.getOrigin().getName());
                    events.add(new SimpleConditionEvent(type, allowed, call.getDescription()));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> haveADomainName() {
        return new ArchCondition<>("have no technical suffix") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean bad = SUFFIX.matcher(type.getSimpleName()).matches();
                events.add(new SimpleConditionEvent(type, !bad, type.getName()));
            }
        };
    }
}
