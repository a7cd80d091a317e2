using System.CommandLine;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The arguments of the sample.</summary>
/// <param name="Documents">The documents, or null.</param>
/// <param name="Queries">The queries, or null.</param>
/// <param name="Judgements">The judgements, or null.</param>
/// <param name="Pairs">The questions with their answers, or null.</param>
/// <param name="Model">The network; null for none.</param>
/// <param name="Encoder">The encoder's folder; null for none.</param>
/// <param name="Folds">The number of folds of the queries.</param>
/// <param name="Depth">The number of documents that count.</param>
/// <param name="Settings">The options that the user set.</param>
/// <param name="Seed">The seed of everything random.</param>
internal sealed record RankingArguments(
    string? Documents, string? Queries, string? Judgements, string? Pairs, RankingArchitecture? Model, string? Encoder, int Folds, int Depth,
    RankingSettings Settings, int Seed)
{
    /// <summary>Reads the command line; null after a request for help.</summary>
    /// <exception cref="UsageException">The arguments are wrong; the message describes the first error.</exception>
    public static RankingArguments? Parse(IReadOnlyList<string> args)
    {
        var documents = Path("--docs", "The documents: a line is an id, a tab and a text.");
        var queries = Path("--queries", "The queries, in the same form.");
        var judgements = Path("--qrels", "TREC judgements: query, iteration, document, grade.");
        var pairs = Path("--pairs", "In place of these files: a line is a question, a tab, an answer, a tab and a label.");
        var model = new Option<string?>("--model") { HelpName = "NAME", Description = "The network that re-ranks, such as Conv-KNRM; none for the first stage alone. K-NRM, and none for --pairs, unless it is given." };
        var encoder = new Option<string?>("--encoder") { HelpName = "FOLDER", Description = "An encoder as Hugging Face writes it, whose cosines are fused with shared words in the first stage." };
        var folds = Number("--folds", 5, "The number of folds of the queries; each is evaluated with what was learned and chosen on the others. A query's fold is its index modulo this number.");
        var depth = Number("--depth", 100, "The number of documents of a ranking that count, and that the network scores.");
        var settings = new Option<string[]>("--set") { HelpName = "Option=Value", Description = "Set any option by name: of the network, Training.Epochs=5, or of the first stage, FirstStage.K1=2. May be repeated.", DefaultValueFactory = _ => [] };
        var seed = Number("--seed", 1, "The seed of the generated collection, of training and of the paired test.");
        var result = new RootCommand("Ranks documents for queries in two stages, measured by cross-validation over the queries.")
        {
            documents, queries, judgements, pairs, model, encoder, folds, depth, settings, seed,
        }.Parse(args);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message);
        }
        if (result.Action is { } help)
        {
            result.Invoke();
            return null;
        }
        var collection = new[] { documents, queries, judgements }.Select(option => Existing(result, option)).ToArray();
        var name = result.GetValue(model) ?? (result.GetValue(pairs) is null ? nameof(RankingArchitecture.KNrm) : RankingModels.None);
        var arguments = new RankingArguments(
            collection[0], collection[1], collection[2], Existing(result, pairs), RankingModels.Find(name), ExistingFolder(result, encoder),
            AtLeast(result, folds, 2), AtLeast(result, depth, 1), new(result.GetValue(settings)!), result.GetValue(seed));
        return arguments.Checked();
    }

    private RankingArguments Checked()
    {
        string?[] collection = [Documents, Queries, Judgements];
        if (collection.Any(file => file is null) && collection.Any(file => file is not null))
        {
            throw new UsageException("--docs, --queries and --qrels belong together; give all three.");
        }
        return Pairs is null || Documents is null ? this
            : throw new UsageException("--pairs takes the place of --docs, --queries and --qrels; leave one or the other out.");
    }

    private static Option<string?> Path(string name, string description) => new(name) { HelpName = "F", Description = description };

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => value };

    private static string? Existing(ParseResult result, Option<string?> option) => result.GetValue(option) is not { } file || File.Exists(file)
        ? result.GetValue(option) : throw new UsageException($"{option.Name}: there is no file '{result.GetValue(option)}'.");

    private static string? ExistingFolder(ParseResult result, Option<string?> option) => result.GetValue(option) is not { } folder || Directory.Exists(folder)
        ? result.GetValue(option) : throw new UsageException($"{option.Name}: there is no folder '{result.GetValue(option)}'.");

    private static int AtLeast(ParseResult result, Option<int> option, int least) => result.GetValue(option) >= least ? result.GetValue(option)
        : throw new UsageException($"{option.Name} is {result.GetValue(option)}; it must be at least {least}.");
}
