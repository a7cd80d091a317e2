using System.CommandLine;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The arguments of the sample.</summary>
/// <param name="Seed">The seed of the generated rows, of training and of the search.</param>
/// <param name="Report">The report file to write, or null.</param>
/// <param name="Settings">Options of compression, each <c>Option=Value</c>.</param>
internal sealed record CompressionArguments(int Seed, string? Report, IReadOnlyList<string> Settings)
{
    /// <summary>Reads the command line; null after a request for help.</summary>
    /// <exception cref="UsageException">The arguments are wrong; the message describes the first error.</exception>
    public static CompressionArguments? Parse(IReadOnlyList<string> args)
    {
        var seed = new Option<string>("--seed")
        {
            HelpName = "N",
            Description = "The seed of the generated rows, of training and of the search.",
            DefaultValueFactory = _ => "1",
        };
        var report = new Option<string?>("--report") { HelpName = "F.html", Description = "The report to write." };
        var settings = new Option<string[]>("--set")
        {
            HelpName = "Option=Value",
            Description = "Set any option of compression by name. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var result = new RootCommand("Makes a small network of an ensemble, with a report of all that were tried.") { seed, report, settings }.Parse(args);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message);
        }
        if (result.Action is { } help)
        {
            result.Invoke();
            return null;
        }
        return new CompressionArguments(
            (int)OptionValue.Parse("--seed", typeof(int), result.GetValue(seed)!)!, result.GetValue(report), result.GetValue(settings)!);
    }
}
