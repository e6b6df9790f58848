# Serves Lightdash to an MCP host over stdio:
#
#   docker build -t lightdash-mcp .
#   docker run -i --rm -e LIGHTDASH_URL -e LIGHTDASH_API_KEY lightdash-mcp
FROM node:22-alpine AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc LICENSE ./
RUN npm ci --ignore-scripts
COPY scripts scripts
COPY src src
RUN npm run build

FROM node:22-alpine
LABEL io.modelcontextprotocol.server.name="io.github.lightdash-mcp/lightdash-mcp"
LABEL org.opencontainers.image.source="https://github.com/lightdash-mcp/lightdash-mcp"
LABEL org.opencontainers.image.licenses="MIT"
WORKDIR /app
# The bundle has every dependency in it. Its chunks are ES modules because of package.json.
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/dist dist
USER node
ENTRYPOINT ["node", "/app/dist/main.js"]
