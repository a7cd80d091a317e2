using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>
/// libtorch, which training needs and scoring does not: the tool's package does without its hundreds of megabytes, and fetches the package of
/// this platform once, into NuGet's own folder.
/// </summary>
internal static class LibtorchPackage
{
    /// <summary>Names a folder with the libraries of another libtorch of the same version.</summary>
    public const string FolderVariable = "MLX_LIBTORCH";

    private static readonly Lock s_lock = new();
    private static bool s_isLoaded;

    /// <summary>The version that TorchSharp was built with.</summary>
    public static string Version { get; } = typeof(LibtorchPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "libtorch").Value!;

    private static string Platform => $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-"
        + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    // In the order of their dependencies.
    private static string[] Files => OperatingSystem.IsWindows() ? ["c10.dll", "torch_cpu.dll", "torch.dll"]
        : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"]
        : ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>Loads libtorch, unless the program carries it.</summary>
    /// <param name="tell">Receives a line before a package is fetched.</param>
    /// <exception cref="UsageException">It cannot be fetched or loaded.</exception>
    public static void Load(Action<string> tell)
    {
        lock (s_lock)
        {
            if (s_isLoaded || IsCarried)
            {
                return;
            }
            var folder = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } own ? own : Fetched(tell);
            LoadFrom(folder);
            s_isLoaded = true;
        }
    }

    /// <summary>Loads the libraries of a folder.</summary>
    /// <exception cref="UsageException">One is missing or cannot be loaded.</exception>
    public static void LoadFrom(string folder)
    {
        if (Files.FirstOrDefault(file => !File.Exists(Path.Combine(folder, file))) is { } missing)
        {
            throw new UsageException($"There is no {missing} in '{folder}'. {Remedy}");
        }
        try
        {
            foreach (var file in Files)
            {
                NativeLibrary.Load(Path.Combine(folder, file));
            }
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new UsageException($"libtorch cannot be loaded from '{folder}': {ErrorLine.Reason(error)} {Remedy}");
        }
    }

    /// <summary>Fetches a package from the feeds that apply in the current folder.</summary>
    /// <param name="package">Its name and version, <c>name@version</c>.</param>
    /// <param name="folder">The folder of packages that gets it.</param>
    /// <exception cref="UsageException">It cannot be fetched.</exception>
    public static void Fetch(string package, string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["package", "download", package, "--output", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var answer = "";
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            answer = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            process.WaitForExit();
            if (process.ExitCode == 0)
            {
                return;
            }
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            answer = error.Message;
        }
        var lines = answer.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var reason = lines.FirstOrDefault(line => line.StartsWith("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault() ?? "no answer";
        throw new UsageException($"The package {package} could not be fetched: {(reason.StartsWith("error: ", StringComparison.Ordinal) ? reason[7..] : reason).TrimEnd('.')}. {Remedy}");
    }

    /// <summary>Where the libraries of a package lie.</summary>
    /// <param name="packages">A folder of packages, as NuGet lays it out.</param>
    public static string Native(string packages) => Path.Combine(packages, $"libtorch-cpu-{Platform}", Version, "runtimes", Platform, "native");

    private static string Remedy => $"Set {FolderVariable} to a folder with the libraries of libtorch {Version}.";

    private static bool IsCarried =>
        new[] { AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native") }
            .Any(folder => File.Exists(Path.Combine(folder, Files[^1])));

    private static string Fetched(Action<string> tell)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var native = Native(packages);
        if (!File.Exists(Path.Combine(native, Files[^1])))
        {
            var package = $"libtorch-cpu-{Platform}@{Version}";
            tell($"libtorch is needed: fetching the package {package}, once, into {packages}.");
            Fetch(package, packages);
        }
        return native;
    }
}
