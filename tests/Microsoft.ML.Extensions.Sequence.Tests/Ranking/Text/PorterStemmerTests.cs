namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class PorterStemmerTests
{
    // The examples of the paper step by step; each as all steps together leave it.
    [TestMethod]
    [DataRow("caresses caress ponies poni ties ti cats cat caress caress")]
    [DataRow("feed feed agreed agre plastered plaster bled bled motoring motor sing sing")]
    [DataRow("conflated conflat troubled troubl sized size hopping hop tanned tan falling fall hissing hiss fizzed fizz failing fail filing file")]
    [DataRow("happy happi sky sky relational relat conditional condit rational ration valency valenc hesitancy hesit digitizer digit")]
    [DataRow("conformably conform radically radic differently differ vilely vile analogously analog vietnamization vietnam predication predic operator oper")]
    [DataRow("feudalism feudal decisiveness decis hopefulness hope callousness callous formality formal sensitivity sensit sensibility sensibl")]
    [DataRow("triplicate triplic formative form formalize formal electricity electr electrical electr hopeful hope goodness good")]
    [DataRow("revival reviv allowance allow inference infer airliner airlin gyroscopic gyroscop adjustable adjust defensible defens irritant irrit")]
    [DataRow("replacement replac adjustment adjust dependent depend adoption adopt homologous homolog communism commun activate activ angularity angular")]
    [DataRow("effective effect bowdlerize bowdler probate probat rate rate cease ceas controlling control rolling roll")]
    [DataRow("generalizations gener oscillators oscil archaeology archaeolog possibly possibl")]
    public void TheExamplesOfThePaper(string pairs)
    {
        foreach (var pair in pairs.Split(' ').Chunk(2))
        {
            Assert.AreEqual(pair[1], PorterStemmer.Stem(pair[0]), pair[0]);
        }
    }

    [TestMethod]
    public void AYIsAConsonantAfterAVowelAlone()
    {
        Assert.AreEqual("plai", PorterStemmer.Stem("plai"));
        Assert.AreEqual("enjoi", PorterStemmer.Stem("enjoy"));
        Assert.AreEqual("syzygi", PorterStemmer.Stem("syzygy"));
        Assert.AreEqual("cry", PorterStemmer.Stem("cry"));
    }

    [TestMethod]
    [DataRow("is")]
    [DataRow("mach2s")]
    [DataRow("Flows")]
    [DataRow("café's")]
    public void WordsOfTwoLettersAndOfOthersThanAToZStay(string word) => Assert.AreEqual(word, PorterStemmer.Stem(word));

    [TestMethod]
    public void ALongWordTakesNoStack() => Assert.AreEqual(1_000_000, PorterStemmer.Stem(new string('y', 1_000_000)).Length);
}
