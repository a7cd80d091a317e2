using PluginHost;

// A program that knows nothing of its plug-in: it runs another program in a load context of its own, and then unloads it.
if (args is not [var way, var program, .. var rest] || !Enum.TryParse<NativeLoading>(way, out var loading))
{
    Console.Error.WriteLine("usage: PluginHost Runtime|Host program.dll [arguments of the program]");
    return 1;
}
var (exitCode, context) = PluginContext.Run(Path.GetFullPath(program), loading, rest);
for (var i = 0; i < 10 && context.IsAlive; i++)
{
    GC.Collect();
    GC.WaitForPendingFinalizers();
}
Console.Error.WriteLine(context.IsAlive ? "alive" : "unloaded");
return exitCode;
