namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Attention with constructed weights that copies all steps to every step: n heads, each with a constant query.</summary>
internal static class RoutingHeads
{
    private const double LeastTemperature = 3;

    /// <summary>Head k scores <paramref name="beta"/> at step k and 0 elsewhere, and so copies that step to every step.</summary>
    /// <remarks>
    /// Its weight there is <c>e^beta / (e^beta + n - 1)</c>, so for numbers of magnitude at most M its error is at most
    /// <c>2 M (n - 1) / (e^beta + n - 1)</c>.
    /// </remarks>
    public static void ByPlace(ApproximationNetwork network, SequenceBox domain, double beta) =>
        Write(network, domain, head => new Question(network.Place(head), 1, beta));

    /// <summary>
    /// Without positions, head 0 computes the mean of the steps, and the others means weighted towards large or small values of a channel.
    /// </summary>
    public static void ByContent(ApproximationNetwork network, SequenceBox domain) => Write(network, domain, head =>
    {
        var (lean, channel) = Math.DivRem(((head + 1) / 2) - 1, domain.Channels);
        return head == 0
            ? new Question(0, 0, 0)
            : new Question(channel, 1 / domain.Radius(channel), (head % 2 == 1 ? LeastTemperature : -LeastTemperature) * (1 + lean));
    });

    /// <summary>The largest routing error that <see cref="ByPlace"/> can have.</summary>
    public static double ErrorBound(SequenceBox domain, double beta)
    {
        var others = domain.Steps - 1;
        return 2 * domain.Largest * others / (Math.Exp(beta) + others);
    }

    private static void Write(ApproximationNetwork network, SequenceBox domain, Func<int, Question> ask)
    {
        var (heads, width) = (domain.Steps, domain.Channels);
        var inside = heads * width;
        var (queries, keys) = (new double[inside], new double[inside, network.Channels]);
        var (values, exits) = (new double[inside, network.Channels], new double[network.Channels, inside]);
        for (var head = 0; head < heads; head++)
        {
            // The score is divided by the root of the head's width.
            var question = ask(head);
            (queries[head * width], keys[head * width, question.Channel]) = (question.Strength * Math.Sqrt(width), question.Scale);
            for (var channel = 0; channel < width; channel++)
            {
                values[(head * width) + channel, channel] = 1;
                exits[network.Slot(head) + channel, (head * width) + channel] = 1;
            }
        }
        network.Set("attention.query.bias", queries);
        network.Set("attention.key", keys);
        network.Set("attention.value.weight", values);
        network.Set("attention.exit.weight", exits);
    }

    // A step's score is the strength times the scaled number in a channel.
    private readonly record struct Question(int Channel, double Scale, double Strength);
}
