using System.CommandLine;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The arguments of the sample.</summary>
/// <param name="Model">The language model's folder, or null for a compiled model.</param>
/// <param name="Positive">Texts in which the circuit is active, one per line.</param>
/// <param name="Negative">Texts in which it is not, one per line.</param>
/// <param name="Truth">The true heads and edges, one per line; null if unknown.</param>
/// <param name="Report">The report file to write.</param>
/// <param name="Settings">Options of the finder, each <c>Option=Value</c>.</param>
internal sealed record CircuitArguments(
    string? Model, string? Positive, string? Negative, string? Truth, string Report, IReadOnlyList<string> Settings)
{
    /// <summary>Reads the command line; null after a request for help.</summary>
    /// <exception cref="UsageException">The arguments are wrong; the message describes the first error.</exception>
    public static CircuitArguments? Parse(IReadOnlyList<string> args)
    {
        var model = new Option<string?>(
            "--model")
        {
            HelpName = "FOLDER",
            Description = "A language model with its tokenizer (Hugging Face's GPT-2 or Llama, or one that the pack saved) instead of a compiled program."
        };
        var positive = new Option<string?>(
            "--positive")
        { HelpName = "F.txt", Description = "Texts in which the circuit is active, one per line." };
        var negative = new Option<string?>(
            "--negative")
        { HelpName = "F.txt", Description = "Texts as similar as possible in which it is not, one per line." };
        var truth = new Option<string?>("--truth")
        {
            HelpName = "F.txt",
            Description = "The true heads (L0H1), and edges (L0H1 -> L1H0) if they are known, one per line."
        };
        var report = new Option<string>(
            "--report")
        { HelpName = "F.html", Description = "The report to write.", DefaultValueFactory = _ => "circuit.html" };
        var settings = new Option<string[]>("--set")
        {
            HelpName = "Option=Value",
            Description = "Set any option of the finder by name. May be repeated.",
            DefaultValueFactory = _ => []
        };
        var result = new RootCommand(
            "Finds the heads of a language model that respond differently to two kinds of texts.") { model, positive, negative,
            truth, report, settings }.Parse(args);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message);
        }
        if (result.Action is { } help)
        {
            result.Invoke();
            return null;
        }
        var files = new[] { positive, negative, truth };
        foreach (var file in files.Where(file => result.GetValue(file) is { } path && !File.Exists(path)))
        {
            throw new UsageException($"{file.Name}: there is no file '{result.GetValue(file)}'.");
        }
        var together = new[] { model, positive, negative };
        if (together.Any(option => result.GetValue(option) is not null)
            && together.FirstOrDefault(option => result.GetValue(option) is null) is { } missing)
        {
            throw new UsageException($"--model, --positive and --negative belong together; {missing.Name} is missing.");
        }
        return new CircuitArguments(
            result.GetValue(model), result.GetValue(positive), result.GetValue(negative), result.GetValue(truth), result.GetValue(report)!,
                result.GetValue(settings)!);
    }
}
