// How ghostfolio's own jest.config.ts tests its API, without nx and without the client that Prisma would generate.
module.exports = {
  rootDir: process.cwd(),
  testEnvironment: "node",
  moduleFileExtensions: ["ts", "js", "json"],
  transform: {
    "^.+\\.[tj]s$": [
      "ts-jest",
      { tsconfig: "<rootDir>/apps/api/tsconfig.spec.json", isolatedModules: true, diagnostics: false },
    ],
  },
  moduleNameMapper: {
    "^@ghostfolio/api/(.*)$": "<rootDir>/apps/api/src/$1",
    "^@ghostfolio/common/(.*)$": "<rootDir>/libs/common/src/lib/$1",
    "^@prisma/client$": `${__dirname}/prisma.cjs`,
  },
};
