# Payroutes in a container:
#
#   docker build -t payroutes .
#   docker run -p 4242:4242 -e STRIPE_WEBHOOK_SECRET=whsec_... -v payroutes-data:/payroutes/data payroutes
#
# Settings are environment variables (see config/application.properties). To use your own routes and settings, mount
# folders over /payroutes/routes and /payroutes/config.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
# The libraries first: this layer stays as long as pom.xml does. One source file has the compiler's own parts fetched too.
COPY .mvn .mvn
COPY pom.xml ./
COPY src/main/java/io/payroutes/package-info.java src/main/java/io/payroutes/
RUN mvn -ntp -Dmaven.test.skip=true -Dtraining.skip=true package
COPY src/main src/main
COPY src/generated src/generated
RUN mvn -ntp -Dmaven.test.skip=true -Dtraining.skip=true package
COPY src/training src/training
RUN javac -d training src/training/java/TrainingRun.java

# Starts the program once, which makes the archive that lets every later start take about half as long. The archive holds
# for exactly these files and this Java, so the image is made of the very same ones.
FROM eclipse-temurin:25-jre AS training
WORKDIR /payroutes
COPY --from=build /build/target/lib lib
COPY --from=build /build/target/payroutes.jar ./
COPY config config
COPY routes routes
COPY --from=build /build/training /training
RUN java -cp /training TrainingRun payroutes.jar

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 payroutes \
    && useradd --system --uid 10001 --gid payroutes --home-dir /payroutes --shell /usr/sbin/nologin payroutes \
    && mkdir -p /payroutes/data \
    && chown payroutes:payroutes /payroutes/data
WORKDIR /payroutes
COPY docker/health /usr/local/bin/payroutes-health
COPY --from=training /payroutes/lib lib
COPY --from=training /payroutes/payroutes.jar /payroutes/payroutes.jsa ./
COPY --from=build /build/target/payroutes-sbom.json ./
COPY config config
COPY routes routes
USER payroutes
VOLUME /payroutes/data
# Stripe, the API and the customers' pages; health and metrics.
EXPOSE 4242 9876
HEALTHCHECK --interval=10s --timeout=6s --retries=3 CMD ["/usr/local/bin/payroutes-health"]
# The heap may take 60 % of the container's memory, the rest is the JVM's own. No more than 16 GB count: a heap above
# 32 GB could not use the archive. Out of memory ends the process; what was under way is done after the restart. Netty is
# allowed what Java 25 warns of. Further options go into JAVA_TOOL_OPTIONS.
ENTRYPOINT ["java", "-XX:SharedArchiveFile=payroutes.jsa", "-Xlog:aot*=error", "-Xlog:cds*=error", \
    "-XX:ThreadPriorityPolicy=1", "-XX:JavaPriority1_To_OSPriority=10", "-XX:JavaPriority8_To_OSPriority=0", \
    "-XX:JavaPriority9_To_OSPriority=0", "-XX:JavaPriority10_To_OSPriority=0", \
    "-XX:MaxRAM=16g", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", \
    "--sun-misc-unsafe-memory-access=allow", "-jar", "payroutes.jar"]
