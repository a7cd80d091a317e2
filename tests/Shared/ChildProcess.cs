using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>A finished run of a program that lies in the output folder of these tests.</summary>
public sealed record ChildProcess(int ExitCode, string Output, string Errors)
{
    // For a program that hangs, not for a slow one: a busy machine must not fail a test.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    public string[] OutputLines => Lines(Output);

    public string[] ErrorLines => Lines(Errors);

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="TimeoutException">It took more than five minutes.</exception>
    public static ChildProcess Run(string program, params string[] args) => Run(program, args, _ => { });

    /// <summary>Runs it to its end, after something was done to it while it runs.</summary>
    /// <exception cref="TimeoutException">
    /// It took more than the limit after that, or more than five minutes where none is given.
    /// </exception>
    public static ChildProcess Run(
        string program, string[] args, Action<Process> meanwhile, TimeSpan? limit = null, params (string Name, string Value)[] environment)
    {
        return RunHost(program, [Place(program + ".dll"), .. args], meanwhile, limit, environment);
    }

    /// <summary>Runs it to its end with the cultures of the system, which the programs of this repository otherwise do without.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="locale">The locale it is to run under, such as <c>de_DE</c>.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="environment">What else stands in its environment.</param>
    public static ChildProcess RunInCulture(string program, string locale, string[] args, params (string Name, string Value)[] environment) =>
        RunConfigured(program,
            config => config.Replace("\"System.Globalization.Invariant\": true", "\"System.Globalization.Invariant\": false", StringComparison.Ordinal),
            host => RunHost(program, [.. host, Place(program + ".dll"), .. args], _ => { }, null, [("LC_ALL", locale + ".UTF-8"), .. environment]));

    /// <summary>Runs a program that a test compiled to its end, with all that these tests and ASP.NET Core have.</summary>
    /// <param name="assembly">The program.</param>
    /// <param name="folder">The folder it works in.</param>
    /// <param name="meanwhile">What is done to it while it runs.</param>
    /// <param name="environment">What else stands in its environment.</param>
    public static ChildProcess RunCompiled(
        byte[] assembly, string folder, Action<Process> meanwhile, params (string Name, string Value)[] environment)
    {
        // The host finds what a program needs beside it.
        var path = Place(Path.GetRandomFileName() + ".dll");
        try
        {
            File.WriteAllBytes(path, assembly);
            return RunConfigured(Assembly.GetEntryAssembly()!.GetName().Name!, WithAspNetCore,
                host => RunHost(Path.GetFileName(path), [.. host, path], meanwhile, null, environment, folder));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string WithAspNetCore(string config)
    {
        var root = JsonNode.Parse(config)!;
        var options = root["runtimeOptions"]!.AsObject();
        var framework = options["framework"]!;
        options.Remove("framework");
        var web = framework.DeepClone();
        web["name"] = "Microsoft.AspNetCore.App";
        options["frameworks"] = new JsonArray(framework, web);
        return root.ToJsonString();
    }

    private static ChildProcess RunConfigured(string program, Func<string, string> change, Func<string[], ChildProcess> run)
    {
        // The host takes it by its ending.
        var config = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");
        try
        {
            File.WriteAllText(config, change(File.ReadAllText(Place(program + ".runtimeconfig.json"))));
            return run(["exec", "--runtimeconfig", config, "--depsfile", Place(program + ".deps.json")]);
        }
        finally
        {
            File.Delete(config);
        }
    }

    private static string Place(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private static ChildProcess RunHost(
        string program, string[] args, Action<Process> meanwhile, TimeSpan? limit, (string Name, string Value)[] environment, string? folder = null)
    {
        var longest = limit ?? LongestRun;
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        // Threads of OpenMP that spin while they wait take the cores from tests that run beside.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            meanwhile(process);
            return process.WaitForExit(longest)
                ? new ChildProcess(process.ExitCode, output.Result, errors.Result)
                : throw new TimeoutException($"{program} {string.Join(' ', args)} ran for more than {longest}.");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static string[] Lines(string text) => text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
