using System.CommandLine;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The arguments of the sample.</summary>
/// <param name="Pairs">The file of images and sentences; null for drawn ones.</param>
/// <param name="TestFraction">The part of the images to search in, which the model does not learn from.</param>
/// <param name="Report">The HTML page to write.</param>
/// <param name="Settings">The options of the trainer that the user set.</param>
/// <param name="Seed">The seed of everything random.</param>
internal sealed record SearchArguments(string? Pairs, double TestFraction, string Report, IReadOnlyList<string> Settings, int Seed)
{
    /// <summary>Reads the command line; null after a request for help.</summary>
    /// <exception cref="UsageException">The arguments are wrong; the message describes the first error.</exception>
    public static SearchArguments? Parse(IReadOnlyList<string> args)
    {
        var pairs = new Option<string?>("--pairs")
        {
            HelpName = "F",
            Description = "The pairs: a line is the path of an image, a tab and a sentence. An image may have several lines. "
                + "Paths are relative to the file's folder. Without it the sample draws images.",
        };
        var fraction = new Option<double>("--test-fraction")
        {
            HelpName = "P",
            Description = "The part of the images to search in, above 0 and below 1; the model learns from the others.",
            DefaultValueFactory = _ => 0.2,
        };
        var report = new Option<string>("--report")
        {
            HelpName = "F",
            Description = "The HTML page of test sentences with the images found for them.",
            DefaultValueFactory = _ => "ImageTextSearch.html",
        };
        var settings = new Option<string[]>("--set")
        {
            HelpName = "Option=Value",
            Description = "Set any option of the trainer by name, such as Text.Channel=Gru or Training.Epochs=30. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var seed = new Option<int>("--seed")
        {
            HelpName = "N",
            Description = "The seed of drawn images, of the choice of test images, and of training.",
            DefaultValueFactory = _ => 1,
        };
        var result = new RootCommand("Finds images by sentences and sentences by images.") { pairs, fraction, report, settings, seed }.Parse(args);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message);
        }
        if (result.Action is { } help)
        {
            result.Invoke();
            return null;
        }
        var (file, part) = (result.GetValue(pairs), result.GetValue(fraction));
        if (file is not null && !File.Exists(file))
        {
            throw new UsageException($"--pairs: there is no file '{file}'.");
        }
        if (part is not (> 0 and < 1))
        {
            throw new UsageException(FormattableString.Invariant($"--test-fraction is {part}; it must be above 0 and below 1."));
        }
        return new SearchArguments(file, part, result.GetValue(report)!, result.GetValue(settings)!, result.GetValue(seed));
    }

    /// <summary>The trainer's options, for a column of paths.</summary>
    public ImageTextMatchingOptions Options()
    {
        var options = new ImageTextMatchingOptions { FeatureColumnName = nameof(Pair.Image) };
        options.Training.Seed = Seed;
        if (Pairs is null)
        {
            (options.Image.Height, options.Image.Width) = (DrawnScenes.Side, DrawnScenes.Side);
        }
        foreach (var setting in Settings)
        {
            OptionSetter.Set(options, setting);
        }
        return options;
    }
}
