"""Names of what makes tools and agents, and of what runs whatever a model writes."""

from __future__ import annotations

import re

from readycheck.scan.late import compile_late

DECORATORS = (
    "langchain_core.tools.tool", "langchain.tools.tool", "langchain.agents.tool", "agents.function_tool",
    "crewai.tools.tool", "crewai_tools.tool", "smolagents.tool", "pydantic_ai.Agent().tool",
    "pydantic_ai.Agent().tool_plain", "mcp.server.fastmcp.FastMCP().tool", "fastmcp.FastMCP().tool", "strands.tool",
    "semantic_kernel.functions.kernel_function",
)  # fmt: skip
MAKERS = (
    "langchain_core.tools.StructuredTool.from_function", "langchain.tools.StructuredTool.from_function",
    "langchain_core.tools.Tool", "langchain.tools.Tool", "langchain.agents.Tool",
    "langchain_core.tools.Tool.from_function", "llama_index.core.tools.FunctionTool.from_defaults",
    "@langchain/core/tools.tool", "langchain.tool", "ai.tool", "@openai/agents.tool",
    "@langchain/core/tools.DynamicTool", "@langchain/core/tools.DynamicStructuredTool", "langchain/tools.DynamicTool",
    "langchain/tools.DynamicStructuredTool",
)  # fmt: skip
GRAPHS = (
    "langgraph.graph.StateGraph().compile", "langgraph.graph.state.StateGraph().compile",
    "@langchain/langgraph.StateGraph().compile", "langgraph.prebuilt.create_react_agent",
    "langchain.agents.create_agent", "langchain.agents.AgentExecutor", "agents.Agent", "pydantic_ai.Agent",
    "@langchain/langgraph/prebuilt.createReactAgent", "langchain.createAgent",
)  # fmt: skip
BOUND = (
    "langgraph.prebuilt.ToolNode", "langgraph.prebuilt.create_react_agent", "langchain.agents.create_agent",
    "langchain.agents.AgentExecutor", "@langchain/langgraph/prebuilt.ToolNode", "langchain.createAgent",
    "@langchain/langgraph/prebuilt.createReactAgent",
)  # fmt: skip
EXPERIMENTAL = "langchain_experimental"
COMMUNITY = "langchain_community"
DANGEROUS = (
    f"{EXPERIMENTAL}.tools.PythonREPLTool", f"{EXPERIMENTAL}.tools.PythonAstREPLTool",
    f"{EXPERIMENTAL}.tools.python.tool.PythonREPLTool", f"{EXPERIMENTAL}.tools.python.tool.PythonAstREPLTool",
    f"{EXPERIMENTAL}.utilities.PythonREPL", f"{EXPERIMENTAL}.agents.create_pandas_dataframe_agent",
    f"{EXPERIMENTAL}.agents.agent_toolkits.create_pandas_dataframe_agent",
    f"{EXPERIMENTAL}.agents.agent_toolkits.create_python_agent", f"{EXPERIMENTAL}.agents.create_csv_agent",
    f"{EXPERIMENTAL}.agents.agent_toolkits.create_csv_agent",
    f"{COMMUNITY}.tools.ShellTool", f"{COMMUNITY}.tools.shell.tool.ShellTool", f"{COMMUNITY}.tools.shell.ShellTool",
    "langchain.tools.ShellTool",
    f"{COMMUNITY}.agent_toolkits.SQLDatabaseToolkit", f"{COMMUNITY}.agent_toolkits.sql.toolkit.SQLDatabaseToolkit",
    f"{COMMUNITY}.agent_toolkits.create_sql_agent", f"{COMMUNITY}.agent_toolkits.sql.base.create_sql_agent",
    "langchain.agents.create_sql_agent", "langchain.agents.agent_toolkits.SQLDatabaseToolkit",
    f"{COMMUNITY}.tools.QuerySQLDataBaseTool", f"{COMMUNITY}.tools.QuerySQLDatabaseTool",
    f"{COMMUNITY}.tools.sql_database.tool.QuerySQLDataBaseTool",
    f"{COMMUNITY}.tools.sql_database.tool.QuerySQLDatabaseTool",
    f"{COMMUNITY}.agent_toolkits.FileManagementToolkit", f"{COMMUNITY}.agent_toolkits.load_tools.load_tools",
    "langchain.agents.load_tools", "autogen.coding.LocalCommandLineCodeExecutor",
    "autogen_ext.code_executors.local.LocalCommandLineCodeExecutor",
    "langchain/agents/toolkits/sql.SqlToolkit", "@langchain/classic/agents/toolkits/sql.SqlToolkit",
    "langchain/tools/sql.QuerySqlTool", "@langchain/classic/tools/sql.QuerySqlTool",
)  # fmt: skip
DANGEROUS_CALLS = (
    "builtins.exec", "builtins.eval", "os.system", "os.popen", "subprocess.run", "subprocess.call",
    "subprocess.check_output", "subprocess.check_call", "subprocess.Popen", "subprocess.getoutput", "globalThis.eval",
    "globalThis.Function",
    *(f"{module}.{name}"
      for module in ("child_process", "node:child_process") for name in ("exec", "execSync", "spawn")),
    *(f"{module}.{name}"
      for module in ("vm", "node:vm") for name in ("runInNewContext", "runInThisContext", "runInContext")),
)  # fmt: skip
# By what a tool is given the caller although the model does not know who that is.
CONTEXT = compile_late(
    r"InjectedState|InjectedToolArg|InjectedStore|RunnableConfig|ToolRuntime|RunContext|RunContextWrapper|\bContext\b"
    r"|\b(?:config|runtime|ctx)\b"
)
USERS = compile_late(r"^(?:user_?id|owner_?id|tenant_?id|account_?id|customer_?id)$", re.IGNORECASE)
